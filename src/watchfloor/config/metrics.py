"""`/metrics`: what the floor has still to do, for Prometheus. Computed when it is asked for."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from datetime import datetime
from time import perf_counter

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from watchfloor.config.gauges import kpi_gauges
from watchfloor.noc.alerts.accept import STAGES
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState, TenantStream
from watchfloor.noc.intake.models import IntakeRecord, Lane
from watchfloor.noc.integrations.models import Delivery
from watchfloor.noc.kpis.counting import LARGEST_SHARE
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.accounts.middleware import viewer_in
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.audit import sealer
from watchfloor.platform.events.models import HandlerRetry, OutboxEvent
from watchfloor.platform.live.hub import open_sockets
from watchfloor.platform.requests import client_ip, problem_response
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive import store as reactive

Gauges = Iterator[GaugeMetricFamily]


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer this machine openly, others by a key or session that may read."""
    viewer = viewer_in(request)
    if not _is_local(request) and (viewer is None or not viewer.may(VIEW)):
        status = 401 if viewer is None else 403
        message = "Send a key with the scope read as `Authorization: Bearer KEY`."
        code = "unauthenticated" if status == 401 else "denied"
        return problem_response(request, status, {"code": code, "message": message})
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(FloorCollector(timezone.now(), viewer))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_local(request: HttpRequest) -> bool:
    """Tell whether this machine asks: not a proxy on it that speaks for somebody else."""
    address = client_ip(request)
    if address == request.META.get("REMOTE_ADDR") and "X-Forwarded-For" in request.headers:
        return False
    return bool(address) and ipaddress.ip_address(address).is_loopback


class FloorCollector(Collector):
    def __init__(self, now: datetime, viewer: Viewer | None = None) -> None:
        self._now, self._viewer = now, viewer

    def collect(self) -> Gauges:
        yield from _intake(self._now)
        yield _gauge(
            "watchfloor_timers_overdue_seconds",
            "How late the most overdue timer of the rules is; some seconds at most.",
            reactive.overdue_seconds(reactive.due_tenants(self._now), self._now),
        )
        yield from _outbox(self._now)
        yield from _deliveries()
        yield from _unplaced.gauges()
        yield from _fallbacks()
        yield from kpi_gauges(self._viewer, self._now)
        yield _gauge(
            "watchfloor_audit_unsealed_age_seconds",
            "Age of the oldest audit row that is not sealed yet.",
            sealer.unsealed_seconds(self._now),
        )
        yield _gauge("watchfloor_live_sockets", "Sockets open in this web process.", open_sockets())


def _intake(now: datetime) -> Gauges:
    records = IntakeRecord.objects.using("system")
    lanes = {
        row["lane"]: row
        for row in records.filter(quarantined_at=None)
        .values("lane")
        .annotate(waiting=Count("*"), oldest=Min("received_at"))
    }
    ages = {lane: _age(row["oldest"], now) for lane, row in lanes.items()}
    yield _gauge(
        "watchfloor_intake_pending",
        "Reports on disk that are not worked yet.",
        sum(row["waiting"] for row in lanes.values()),
    )
    yield _gauge(
        "watchfloor_intake_oldest_pending_seconds",
        "Age of the oldest report that is not worked yet.",
        max(ages.values(), default=0.0),
    )
    lag = GaugeMetricFamily(
        "watchfloor_drain_lag_seconds", "How far the drain is behind.", labels=["lane"]
    )
    for lane in Lane:
        lag.add_metric([lane.name.lower()], ages.get(lane.value, 0.0))
    yield lag
    yield _gauge(
        "watchfloor_quarantined",
        "Reports that could not be worked and wait for somebody.",
        records.exclude(quarantined_at=None).count(),
    )


def _outbox(now: datetime) -> Gauges:
    events = OutboxEvent.everybody.using("system")
    found = events.aggregate(waiting=Count("*"), oldest=Min("created_at"))
    yield _gauge("watchfloor_outbox_pending", "Events not relayed yet.", found["waiting"])
    yield _gauge(
        "watchfloor_outbox_age_seconds",
        "Age of the oldest event not relayed yet.",
        _age(found["oldest"], now),
    )
    yield _gauge(
        "watchfloor_handlers_given_up",
        "Handlers that failed for an event until no more tries were left.",
        HandlerRetry.everybody.using("system").exclude(gave_up_at=None).count(),
    )


def _deliveries() -> Gauges:
    gauge = GaugeMetricFamily(
        "watchfloor_deliveries", "Messages to the outside by state.", labels=["state"]
    )
    counts = Delivery.everybody.using("system").values("state").annotate(number=Count("*"))
    for row in counts:
        gauge.add_metric([row["state"]], row["number"])
    yield gauge


class Unplaced:
    """Counts firing alerts that only those who see all clients see, over all tenants.

    That is a query for each tenant: counting takes at most a twentieth of this process's time.
    """

    def __init__(self) -> None:
        self._number = 0
        self._worn_at = float("-inf")

    def gauges(self) -> Gauges:
        began = perf_counter()
        if began >= self._worn_at:
            self._number = sum(map(self._of, _active_tenants()))
            ended = perf_counter()
            self._worn_at = ended + (ended - began) / LARGEST_SHARE
        yield _gauge(
            "watchfloor_alerts_without_place",
            "Firing alerts of no client and no site.",
            self._number,
        )

    def _of(self, tenant_id: int) -> int:
        with tenant_scope(tenant_id):
            firing = NOCAlertEvent.objects.filter(signal=SignalState.FIRING)
            return firing.filter(client=None, site=None).count()


_unplaced = Unplaced()


def _active_tenants() -> Iterable[int]:
    tenants = Tenant.objects.using("system").filter(is_active=True)
    return tenants.values_list("id", flat=True)


def _fallbacks() -> Gauges:
    gauge = GaugeMetricFamily(
        "watchfloor_stage_fallbacks",
        "Batches in which an optional stage failed and was left out, over all tenants.",
        labels=["stage"],
    )
    counts = dict.fromkeys(STAGES, 0)
    streams = TenantStream.everybody.using("system").exclude(fallbacks={})
    for fallbacks in streams.values_list("fallbacks", flat=True):
        for stage, number in fallbacks.items():
            counts[stage] = counts.get(stage, 0) + number
    for stage, number in counts.items():
        gauge.add_metric([stage], number)
    yield gauge


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
