"""A tenant's own settings. Several parts of the floor keep theirs here, so each changes its own."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.models import Tenant


def own() -> dict[str, Any]:
    """Return the settings of the tenant in scope."""
    kept: dict[str, Any] = Tenant.objects.values_list("settings", flat=True).get(
        pk=require_tenant_id()
    )
    return kept


def put_on_commit(**values: Any) -> None:
    """Change these settings of the tenant in scope, and no others; None takes one away.

    Only the system role may write them, so they follow the commit of everything else.
    """
    tenant_id = require_tenant_id()

    @transaction.atomic(using="system")
    def put() -> None:
        tenant = Tenant.objects.using("system").select_for_update().get(pk=tenant_id)
        merged = {**tenant.settings, **values}
        tenant.settings = {name: value for name, value in merged.items() if value is not None}
        tenant.save(using="system", update_fields=["settings"])

    transaction.on_commit(put)
