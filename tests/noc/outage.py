"""Sites that go dark within minutes of each other: their incidents turn out to be one."""

from __future__ import annotations

from collections.abc import Callable

from tests.noc import flow
from watchfloor.aiops.alerts.report import Report
from watchfloor.platform.tenancy.models import Tenant

LASTS = 1_002
"""Minutes from the beginning of the quiet time before it until all are dark."""


def outage(tenant: Tenant, begin: float = 0, *, sites: int = 14) -> None:
    """Leave lamps that fail now and then, and then many at once, of which no map knows why."""
    for n in range(6):
        flow.work(tenant, _lamp(begin + n * 90, f"A{n}"))
        flow.work(tenant, _lamp(begin + n * 90 + 20, f"A{n}", make=flow.make_resolve))
    for n in range(sites):
        flow.work(tenant, _lamp(begin + 1_000 + n * 0.1, f"B{n}"))


def _lamp(minute: float, site: str, make: Callable[..., Report] = flow.make_report) -> Report:
    return make(minute, site=site, device=f"{site}-lamp", alert_type="POWER_LOSS")
