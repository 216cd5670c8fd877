"""A sender with a key, and a look at the rows that its reports left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx
from asgiref.sync import sync_to_async
from django.db import connections, transaction

from tests.make import make_integration, make_key, make_tenant
from watchfloor.aiops.alerts.report import Report, decode
from watchfloor.noc.intake.endpoint import Intake
from watchfloor.noc.intake.models import IntakeRecord, Lane
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

Owner = tuple[Tenant, int, str]


@dataclass
class Sender:
    client: httpx.AsyncClient
    intake: Intake
    tenant: Tenant
    integration: int
    key: str

    async def post(self, body: Any, path: str = "/api/v1/alerts", **headers: str) -> httpx.Response:
        """Send a body as it is, or as JSON where it is no bytes."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.key}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(path, content=content, headers=sent)

    async def stored(self) -> list[Report]:
        return await sync_to_async(stored)(self.tenant)

    async def counted(self) -> list[Report]:
        return [report for report in await self.stored() if not report.is_touch]

    async def urgent(self) -> list[str]:
        """Return the alert types of what waits in the life-safety lane."""
        return await sync_to_async(urgent_types)(self.tenant)


def urgent_types(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.id), transaction.atomic():
        rows = IntakeRecord.objects.filter(tenant_id=tenant.id, lane=Lane.LIFE_SAFETY)
        types = [decode(bytes(row.body)).alert_type for row in rows.order_by("event_id")]
    connections.close_all()
    return types


def stored(tenant: Tenant) -> list[Report]:
    """Return the reports of the tenant that are on disk, in order of arrival."""
    with tenant_scope(tenant.id), transaction.atomic():
        rows = IntakeRecord.objects.order_by("event_id").filter(tenant_id=tenant.id)
        reports = [decode(bytes(row.body)) for row in rows]
    connections.close_all()
    return reports


@sync_to_async
def key_for(tenant: Tenant | None, scopes: tuple[str, ...], bounds: Bounds) -> Owner:
    tenant = tenant or make_tenant()
    integration = make_integration(tenant)
    key = make_key(tenant, *scopes, integration=integration, bounds=bounds)
    connections.close_all()
    return tenant, integration.number, key


def alert(**fields: Any) -> dict[str, Any]:
    return {"alert_type": "DISK_FULL", "severity": "HIGH", "entity_id": "srv-1", **fields}
