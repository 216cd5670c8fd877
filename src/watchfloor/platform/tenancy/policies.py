"""Row-level security from the models' `access`: derived, so that it cannot drift from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from watchfloor.platform.tenancy.access import Access

APP, SYSTEM, INTAKE, OWNER = "wf_app", "wf_system", "wf_intake", "wf_owner"


def guarded_models() -> list[type[models.Model]]:
    """All managed models that say who may touch them; every tenant row is among them."""
    return [m for m in apps.get_models() if m._meta.managed and hasattr(m, "access")]


def statements(model: type[models.Model]) -> Iterator[str]:
    """SQL that leaves exactly the grants and policies of `model.access` on its table."""
    access: Access = model.access  # type: ignore[attr-defined]
    table = f'"{model._meta.db_table}"'
    for role in (APP, SYSTEM, INTAKE):
        yield f"REVOKE ALL ON {table} FROM {role}"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    mine = f"{access.column} = (nullif(current_setting('app.tenant', true), ''))::bigint"
    yield from _policy(table, "wf_owner_all", OWNER, ("ALL",), "true", grant=False)
    yield from _policy(table, "wf_app_own", APP, access.app, mine)
    yield from _policy(table, "wf_system_all", SYSTEM, access.system, "true")
    yield from _policy(table, "wf_intake_all", INTAKE, access.intake, "true")


def _policy(
    table: str, name: str, role: str, acts: tuple[str, ...], rows: str, *, grant: bool = True
) -> Iterator[str]:
    yield f"DROP POLICY IF EXISTS {name} ON {table}"
    if not acts:
        return
    yield f"CREATE POLICY {name} ON {table} TO {role} USING ({rows}) WITH CHECK ({rows})"
    if grant:
        yield f"GRANT {', '.join(acts)} ON {table} TO {role}"


def system_statements(tables: Iterable[str]) -> Iterator[str]:
    """Grants on tables without tenants (sessions, throttles, migrations): the system role's own."""
    for table in tables:
        yield f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {SYSTEM}'


def sequence_statements() -> Iterator[str]:
    for role in (APP, SYSTEM, INTAKE):
        yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"


def apply(connection: BaseDatabaseWrapper) -> None:
    """Bring every table's grants and policies in line with the code. Run as the owner."""
    guarded = guarded_models()
    names = {m._meta.db_table for m in guarded}
    free = sorted({m._meta.db_table for m in apps.get_models() if m._meta.managed} - names)
    with connection.cursor() as cursor:
        for model in guarded:
            for sql in statements(model):
                cursor.execute(sql)
        for sql in [*system_statements([*free, "django_migrations"]), *sequence_statements()]:
            cursor.execute(sql)
