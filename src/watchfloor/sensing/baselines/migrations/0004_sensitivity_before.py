from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('baselines', '0003_counted_at'),
    ]

    operations = [
        migrations.AddField(
            model_name='thresholdauditlog',
            name='old_sensitivity',
            field=models.CharField(blank=True, choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], max_length=10),
        ),
    ]
