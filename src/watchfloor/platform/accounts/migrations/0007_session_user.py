import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The column and its index stay as they are: sessions outlive the upgrade."""

    dependencies = [
        ('accounts', '0006_times'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name='session', name='user_id'),
                migrations.AddField(
                    model_name='session',
                    name='user',
                    field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
    ]
