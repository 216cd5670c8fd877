from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('rhythm', '0001_initial'),
    ]

    operations = [
        migrations.RenameField(model_name='sourcerhythm', old_name='watching', new_name='limit_by'),
    ]
