from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connections, models, transaction
from django.utils import timezone

from tests.architecture.filling import fill
from tests.make import make_tenant
from tests.sealing import seal_all
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.audit.verify import verify
from watchfloor.platform.errors import Conflict
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.platform.tenancy.removal import remove_demo_tenant, tables_of_tenants


def tenant_models() -> list[type[models.Model]]:
    owned = {table for table, _ in tables_of_tenants()}
    found = [model for model in apps.get_models() if model._meta.db_table in owned]
    return [m for m in found if m is not Tenant and m._meta.label != "accounts.Session"]


def filled(*, is_demo: bool) -> Tenant:
    """Return a tenant with a row in every table."""
    tenant = make_tenant(is_demo=is_demo)
    for model in tenant_models():
        fill(model, tenant, using="owner")
    return tenant


def counts(tenant: Tenant) -> dict[str, int]:
    found = {}
    with connections["owner"].cursor() as cursor:
        for table, column in tables_of_tenants():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', (tenant.pk,))  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return found


def test_every_row_of_a_demo_goes_and_every_row_of_others_stays() -> None:
    demo, real = filled(is_demo=True), filled(is_demo=False)
    before = counts(real)
    removed = remove_demo_tenant(demo)

    assert removed >= len(tables_of_tenants()) - 1
    assert set(counts(demo).values()) == {0}
    assert counts(real) == before
    assert all(before[model._meta.db_table] for model in tenant_models())


def test_a_real_tenant_is_refused() -> None:
    real = make_tenant()

    with pytest.raises(Conflict, match="no demo"):
        remove_demo_tenant(real)

    assert counts(real)["tenancy_tenant"] == 1


def test_a_tenant_that_only_says_it_is_a_demo_is_refused() -> None:
    real = make_tenant()
    real.is_demo = True  # in memory; the row says otherwise

    with pytest.raises(Conflict):
        remove_demo_tenant(real)


def test_removing_twice_is_refused_the_second_time() -> None:
    demo = make_tenant(is_demo=True)
    remove_demo_tenant(demo)

    with pytest.raises(Conflict):
        remove_demo_tenant(demo)


def test_the_audit_trail_of_others_stays_whole() -> None:
    now = timezone.now()
    demo, real = make_tenant(is_demo=True), make_tenant()
    for tenant in (demo, real):
        with tenant_scope(tenant.pk), transaction.atomic():
            audit.record(CLI, "user.signed_in", "user", "1", at=now)
    seal_all()
    remove_demo_tenant(demo)

    with tenant_scope(real.pk):
        report = verify(now)
    assert (report.is_intact, report.sealed) == (True, 1)
