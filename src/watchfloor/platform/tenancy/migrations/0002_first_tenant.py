from django.db import migrations
from django.utils import timezone


def make_main(apps, schema_editor):
    Tenant = apps.get_model("tenancy", "Tenant")
    Tenant.objects.using(schema_editor.connection.alias).get_or_create(
        slug="main", defaults={"name": "Main", "created_at": timezone.now()}
    )


class Migration(migrations.Migration):
    """A first tenant `main` always exists, so that a key can be made before anybody signed in."""

    dependencies = [("tenancy", "0001_initial")]

    operations = [migrations.RunPython(make_main, migrations.RunPython.noop)]
