from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shifts", "0002_leave_notices")]

    operations = [
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                fields=["tenant", "person_code", "starts_at"],
                name="shifts_assi_tenant__d4d6dd_idx",
            ),
        ),
    ]
