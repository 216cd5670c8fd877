from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reactive', '0002_heeded'),
    ]

    operations = [
        migrations.AddField(
            model_name='operationstream',
            name='history_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='operationstream',
            name='history_since',
            field=models.DateTimeField(null=True),
        ),
    ]
