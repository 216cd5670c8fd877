"""Taking a demo tenant away, with every row of its own and no other."""

from __future__ import annotations

from django.apps import apps
from django.db import connections, models, transaction

from watchfloor.platform.errors import Conflict
from watchfloor.platform.tenancy.locks import lock_flow
from watchfloor.platform.tenancy.models import Tenant

OWNER = "owner"


def remove_demo_tenant(tenant: Tenant) -> int:
    """Delete the tenant and all that is its own; return how many rows went.

    Foreign keys are checked when the transaction ends, so that the order does not matter. Waits
    for the batch that the drain may be working. Raises: Conflict for a tenant that is no demo.
    """
    if not Tenant.objects.using("system").filter(pk=tenant.pk, is_demo=True).exists():
        raise Conflict(f"{tenant.slug} is no demo tenant: its rows stay.")
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        lock_flow(tenant.pk, using=OWNER)
        removed = 0
        for table, column in tables_of_tenants():
            cursor.execute(f'DELETE FROM "{table}" WHERE "{column}" = %s', (tenant.pk,))  # noqa: S608 - names of our models
            removed += cursor.rowcount
    return removed


def tables_of_tenants() -> list[tuple[str, str]]:
    """Return each table with rows of tenants and its column that says whose; tenants last."""
    owned = [
        (model._meta.db_table, column)
        for model in apps.get_models()
        if model._meta.managed and (column := _tenant_column(model))
    ]
    return [*owned, (Tenant._meta.db_table, "id")]


def _tenant_column(model: type[models.Model]) -> str | None:
    columns = {field.attname: field.column for field in model._meta.local_concrete_fields}
    return columns.get("tenant_id")
