"""Learning from reviewed cases, for every tenant."""

from __future__ import annotations

from datetime import datetime, timedelta

from watchfloor.platform.jobs.tenants import apart
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.fraud import training

EVERY = timedelta(days=1)


def train_all(now: datetime) -> None:
    for tenant_id in Tenant.objects.using("system").order_by("pk").values_list("pk", flat=True):
        with apart(tenant_id, "fraud.train"):
            training.train_due(now)
