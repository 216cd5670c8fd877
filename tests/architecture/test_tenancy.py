"""Every tenant's rows are invisible to every other, in the manager and in the database."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, models

from tests.architecture.filling import fill
from tests.make import make_tenant
from watchfloor.platform.tenancy import policies
from watchfloor.platform.tenancy.context import NoTenant, tenant_scope
from watchfloor.platform.tenancy.models import Tenant, TenantAwareModel

TENANT_MODELS = [
    model
    for model in apps.get_models()
    if model is not Tenant
    and any(f.name == "tenant" and f.related_model is Tenant for f in model._meta.concrete_fields)
]
WITHOUT_TENANT = {
    "accounts.CallCount": "counts calls before it is known whose they are",
    "accounts.Session": "carries the tenant of its user; the application role cannot read it",
    "jobs.ScheduleRun": "schedules are the floor's, not a tenant's",
}


def ids(model: type[models.Model]) -> str:
    return model._meta.label


def test_every_model_of_ours_belongs_to_a_tenant_or_says_why_not() -> None:
    ours = {m._meta.label for m in apps.get_models() if m.__module__.startswith("watchfloor.")}

    assert ours - {m._meta.label for m in TENANT_MODELS} - {"tenancy.Tenant"} == set(WITHOUT_TENANT)


@pytest.mark.parametrize("model", TENANT_MODELS, ids=ids)
def test_a_row_is_invisible_to_the_stranger_and_outside_any_scope(
    model: type[models.Model],
) -> None:
    alice, charlie = make_tenant(), make_tenant()
    row = fill(model, alice, using="owner")
    rows = model._base_manager.using("default").filter(pk=row.pk)
    may_read = "SELECT" in model.access.app  # type: ignore[attr-defined]

    def count() -> int:
        try:
            return rows.count()
        except DatabaseError:
            assert not may_read
            return 0

    with tenant_scope(alice.id):
        assert count() == int(may_read)
    with tenant_scope(charlie.id):
        assert count() == 0
    assert count() == 0


@pytest.mark.parametrize("model", TENANT_MODELS, ids=ids)
def test_a_stranger_cannot_alter_remove_or_plant_a_row(model: type[models.Model]) -> None:
    alice, charlie = make_tenant(), make_tenant()
    row = fill(model, alice, using="owner")
    mine = model._base_manager.using("default").filter(pk=row.pk)

    with tenant_scope(charlie.id):
        for attempt in (lambda: mine.update(tenant_id=charlie.id), lambda: _delete(mine)):
            try:
                changed = attempt()
            except DatabaseError:
                changed = 0
            assert changed == 0
        with pytest.raises(DatabaseError):
            _plant(model, row)

    assert model._base_manager.using("owner").get(pk=row.pk) is not None


@pytest.mark.parametrize(
    "model", [m for m in TENANT_MODELS if issubclass(m, TenantAwareModel)], ids=ids
)
def test_a_manager_refuses_to_work_outside_a_scope(model: type[TenantAwareModel]) -> None:
    with pytest.raises(NoTenant):
        model.objects.exists()


def test_row_level_security_is_forced_on_every_table_with_a_tenant() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND c.relnamespace = 'public'::regnamespace"
            " AND a.attname = 'tenant_id' AND NOT a.attisdropped"
            " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
        )
        unguarded = {name for (name,) in cursor.fetchall()}

    assert unguarded <= {"accounts_session"}


def test_no_role_of_the_floor_is_above_the_policies() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles"
            " WHERE rolname = ANY(%s)",
            ([policies.APP, policies.SYSTEM, policies.INTAKE, policies.OWNER],),
        )
        above = dict(cursor.fetchall())

    assert above == {
        policies.APP: False,
        policies.SYSTEM: False,
        policies.INTAKE: False,
        policies.OWNER: False,
    }


def test_partitions_cannot_be_reached_around_their_parent() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT wf_make_partitions(current_date, 2)")
        cursor.execute("SELECT wf_make_beat_partitions(current_date, 2)")
        cursor.execute(
            "SELECT count(*) FROM pg_class c, unnest(ARRAY['wf_app', 'wf_system', 'wf_intake']) r"
            " WHERE c.relispartition AND c.relkind = 'r'"
            " AND has_table_privilege(r, c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
        )
        (reachable,) = cursor.fetchone()

    assert reachable == 0


def _delete(rows: models.QuerySet[models.Model]) -> int:
    return rows._raw_delete("default")


def _plant(model: type[models.Model], row: models.Model) -> None:
    """Try to put a copy of the row into its tenant from another one's scope."""
    table, columns = (
        model._meta.db_table,
        [f.column for f in model._meta.concrete_fields if f.column],
    )
    names = ", ".join(f'"{column}"' for column in columns)
    with connections["owner"].cursor() as owner:
        owner.execute(f'SELECT {names} FROM "{table}" WHERE tenant_id = %s', (row.tenant_id,))  # type: ignore[attr-defined]  # noqa: S608
        values = owner.fetchone()
    with connections["default"].cursor() as cursor:
        marks = ", ".join(["%s"] * len(columns))
        cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', values)  # noqa: S608
