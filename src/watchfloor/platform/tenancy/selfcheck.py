"""Does the database still stand between the tenants? Asked before serving, and by /readyz."""

from __future__ import annotations

from django.db import connections

from watchfloor.platform.tenancy.policies import guarded_models

_ROLE = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
_TABLES = """
    SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
           pg_has_role(current_user, c.relowner, 'MEMBER')
      FROM pg_class c
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""
_SAFETY = (
    "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off'"
)


class Unguarded(RuntimeError):
    """The database would show one tenant's rows to another: we refuse to serve."""


def problems(alias: str = "default") -> list[str]:
    """Return what is wrong, one sentence each; empty when tenants are kept apart."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_ROLE)
        is_super, bypasses = cursor.fetchone() or (True, True)
        cursor.execute(_TABLES)
        tables = {name: (forced, owns) for name, forced, owns in cursor.fetchall()}
    found = []
    if is_super or bypasses:
        found.append("the app's role passes by row-level security: use a plain role")
    for model in guarded_models():
        found += _of_table(model._meta.db_table, tables)
    return found


def _of_table(name: str, tables: dict[str, tuple[bool, bool]]) -> list[str]:
    if name not in tables:
        return [f"table {name} is missing: run migrations"]
    forced, owns = tables[name]
    found = []
    if not forced:
        found.append(f"table {name} is not under forced row-level security: run migrations")
    if owns:
        found.append(f"the app's role owns table {name}: use wf_app")
    return found


def refuse_unguarded() -> None:
    """Raise `Unguarded` with every problem."""
    if found := problems():
        raise Unguarded("; ".join(found))
