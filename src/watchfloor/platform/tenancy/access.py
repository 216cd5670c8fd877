"""Which database role may do what with a table: said beside the model, applied after `migrate`."""

from __future__ import annotations

from dataclasses import dataclass

READ = ("SELECT",)
APPEND = ("SELECT", "INSERT")
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Access:
    """Grants of one table. `app` is bound to the tenant in scope; `system` sees all tenants.

    `intake` names what the intake role may do: it knows no tenant scope and is trusted only with
    tables that say so.
    """

    app: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    intake: tuple[str, ...] = ()
    column: str = "tenant_id"
