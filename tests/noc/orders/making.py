"""Standing orders for tests: each says only what matters to it."""

from __future__ import annotations

from typing import Any

from tests.make import NOW, unique
from watchfloor.noc.orders import selectors, services
from watchfloor.noc.orders.models import OrderVersion, StandingOrder
from watchfloor.noc.orders.specs import OrderSpec
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

CALL, LOOK = {"text": "Call the site", "is_required": True}, {"text": "Look at the video"}


def make_order(tenant: Tenant, *steps: dict[str, Any], **values: Any) -> OrderVersion:
    """Save an order, by default with one required step, and return its version in force."""
    now = values.pop("now", NOW)
    code = values.pop("code", None) or unique("order")
    spec = OrderSpec.model_validate(
        {"code": code, "title": "Door forced", "steps": steps or [CALL]} | values
    )
    with tenant_scope(tenant.id):
        saved: StandingOrder = services.save(spec, scope=EVERYTHING, by=SYSTEM, now=now)
        return selectors.said(saved)
