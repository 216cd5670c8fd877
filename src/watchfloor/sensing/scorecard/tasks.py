"""Cards of every tenant, each site's on its own morning."""

from __future__ import annotations

from datetime import datetime, timedelta

from watchfloor.platform.jobs.tenants import apart
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive import store
from watchfloor.sensing.scorecard import services

EVERY = timedelta(minutes=15)


def count_all(now: datetime) -> None:
    """Count what is due everywhere; what an outage left out is made up for."""
    tenants = Tenant.objects.using("system").order_by("pk").exclude(pk__in=store.unsettled(now))
    for tenant_id in tenants.values_list("pk", flat=True):
        with apart(tenant_id, "scorecards.count"):
            services.count_due(now)
