from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial")]

    operations = [
        migrations.AddField("report", "announced_end", models.DateTimeField(null=True)),
        migrations.AddField("report", "announced_silence", models.FloatField(null=True)),
    ]
