"""Reading configurations and rehearsals."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.configuration import SHIPPED, Configuration, decode
from watchfloor.noc.rehearsal.models import (
    ClusteringConfiguration,
    Rehearsal,
    RehearsalState,
)
from watchfloor.noc.rehearsal.timing import ABANDONED
from watchfloor.platform.errors import NotFound
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.models import Tenant


def configurations() -> QuerySet[ClusteringConfiguration]:
    """Return the versions, newest first."""
    return ClusteringConfiguration.objects.order_by("-version")


def configuration(pk: UUID) -> ClusteringConfiguration:
    found = ClusteringConfiguration.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such configuration.")
    return found


def enabled() -> ClusteringConfiguration | None:
    """Return the version that decides now; None: what is shipped does."""
    return ClusteringConfiguration.objects.filter(
        enabled_at__isnull=False, superseded_at=None
    ).first()


def enabled_clustering() -> ClusteringConfig:
    found = enabled()
    return (SHIPPED if found is None else decode(found.document)).clustering


def enabled_configuration() -> Configuration:
    """Return what decides now: noise and alerts as the tenant's settings have them."""
    settings = Tenant.objects.values_list("settings", flat=True).get(pk=require_tenant_id())
    of_tenant = {part: settings[part] for part in ("noise", "alerts") if part in settings}
    return msgspec.structs.replace(decode(of_tenant), clustering=enabled_clustering())


def rehearsals() -> QuerySet[Rehearsal]:
    """Return the rehearsals, newest first, without their results."""
    return Rehearsal.objects.defer("result").order_by("-created_at", "-id")


def rehearsal(pk: UUID) -> Rehearsal:
    found = Rehearsal.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such rehearsal.")
    return found


def waiting(now: datetime) -> Q:
    """Return the filter of what wants a worker: queued, or left by one that fell silent."""
    return Q(state=RehearsalState.QUEUED) | Q(
        state=RehearsalState.RUNNING, beat_at__lt=now - ABANDONED
    )


def running(now: datetime) -> Q:
    return Q(state=RehearsalState.RUNNING, beat_at__gte=now - ABANDONED)
