from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clustering", "0001_initial")]

    operations = [
        migrations.AddField("clustercheckpoint", "noise", models.BinaryField(default=b"")),
    ]
