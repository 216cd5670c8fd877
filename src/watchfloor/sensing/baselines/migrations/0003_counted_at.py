import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('baselines', '0002_findings'),
    ]

    operations = [
        migrations.AddField(
            model_name='baselineclock',
            name='counted_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
    ]
