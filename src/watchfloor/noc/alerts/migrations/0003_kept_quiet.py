from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_announced_end")]

    operations = [
        migrations.AddField(
            "nocalertevent", "suppressed_why", models.TextField(blank=True, db_default="")
        ),
        migrations.AddField(
            "nocalertevent",
            "outlier",
            models.CharField(blank=True, db_default="", max_length=8),
        ),
    ]
