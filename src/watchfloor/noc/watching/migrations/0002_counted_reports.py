from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("watching", "0001_initial")]

    operations = [
        migrations.AddField("watchedday", "reports", models.PositiveIntegerField(null=True)),
    ]
