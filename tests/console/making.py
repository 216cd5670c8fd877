"""Incidents and alerts as the pipeline leaves them, written straight into the tables."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from tests.make import NOW, unique
from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.clustering.models import AlertCluster, ClusterMembership
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

_numbers = itertools.count(1)


def make_site(tenant: Tenant, name: str = "North Tower") -> Site:
    with tenant_scope(tenant.id):
        client = Client.objects.create(code=unique("client"), name="Acme", created_at=NOW)
        return Site.objects.create(code=unique("site"), name=name, client=client, created_at=NOW)


def make_incident(
    tenant: Tenant, title: str = "Door forced", *, site: Site | None = None, **values: Any
) -> NOCIncident:
    with tenant_scope(tenant.id):
        incident = NOCIncident.objects.create(
            title=title,
            site=site,
            client_id=site.client_id if site else None,
            **{"severity": 3, "opened_at": NOW, "updated_at": NOW, "number": next(_numbers)}
            | values,
        )
        IncidentPlace.objects.create(incident=incident, site=site, client_id=incident.client_id)
    return incident


def make_alert(
    tenant: Tenant, message: str = "Door forced", *, at: datetime = NOW, **values: Any
) -> NOCAlertEvent:
    with tenant_scope(tenant.id):
        return NOCAlertEvent.objects.create(
            **{
                "integration_id": 1,
                "fingerprint": uuid7().hex,
                "alert_type": "DOOR_FORCED",
                "message": message,
                "severity": 3,
                "severity_highest": 3,
                "signal": SignalState.FIRING,
                "first_seen_at": at,
                "last_seen_at": at,
                "last_received_at": at,
                "machine": b"",
            }
            | values
        )


def make_cluster(tenant: Tenant, *alerts: NOCAlertEvent, **membership: Any) -> AlertCluster:
    """Return a cluster of `alerts`: the first began it, `membership` tells why others joined."""
    with tenant_scope(tenant.id):
        cluster = AlertCluster.objects.create(
            number=next(_numbers), combined_severity=3, first_alert_at=NOW, last_alert_at=NOW
        )
        for place, alert in enumerate(alerts):
            alert.cluster_id = cluster.pk
            alert.save()
            began = {"score": 0.0, "threshold": 0.5, "opened_cluster": True}
            decided = membership if place else began
            ClusterMembership.objects.create(
                cluster=cluster,
                alert=alert,
                bout=1,
                started_at=NOW + timedelta(seconds=place),
                last_at=NOW,
                decided_by="rules",
                **decided,
            )
    return cluster
