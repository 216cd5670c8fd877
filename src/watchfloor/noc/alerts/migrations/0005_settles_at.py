from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0004_on_test")]

    operations = [
        migrations.AddField("nocalertevent", "settles_at", models.DateTimeField(null=True)),
    ]
