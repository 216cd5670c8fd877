from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("filings", "0001_initial")]

    operations = [
        migrations.RenameField("requiredreport", old_name="hours", new_name="due_after_hours")
    ]
