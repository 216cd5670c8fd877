"""A tenant's own settings. Several parts of the floor keep theirs here, so each changes its own."""

from __future__ import annotations

from typing import Any

from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.models import Tenant


def own() -> dict[str, Any]:
    """Return the settings of the tenant in scope."""
    kept: dict[str, Any] = Tenant.objects.values_list("settings", flat=True).get(
        pk=require_tenant_id()
    )
    return kept


def put(**values: Any) -> dict[str, Any]:
    """Change these settings of the tenant in scope, and no others; None takes one away.

    In the caller's transaction, until whose end no one else changes any. Returns what all were.
    """
    # Rows that refer to the tenant are written meanwhile: its key stays.
    tenant = Tenant.objects.select_for_update(no_key=True).get(pk=require_tenant_id())
    before: dict[str, Any] = tenant.settings
    merged = before | values
    tenant.settings = {name: value for name, value in merged.items() if value is not None}
    tenant.save(update_fields=["settings"])
    return before
