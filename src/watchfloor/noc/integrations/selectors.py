"""Reads of notification rules, deliveries and heartbeats."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.states import OPEN
from watchfloor.noc.integrations.models import (
    Delivery,
    DeliveryState,
    Heartbeat,
    NotificationRule,
)
from watchfloor.platform.errors import NotFound

TELLABLE = Q(is_listed=True, state__in=OPEN)
"""Incidents that people are told of: listed, and not over."""


def rules() -> QuerySet[NotificationRule]:
    return NotificationRule.objects.order_by("-severity", "channel")


def rule(rule_id: UUID) -> NotificationRule:
    found = rules().filter(pk=rule_id).first()
    if found is None:
        raise NotFound("There is no such rule.")
    return found


def active_rules_by_severity() -> dict[int, list[NotificationRule]]:
    found: dict[int, list[NotificationRule]] = {}
    for rule in rules().filter(is_active=True):
        found.setdefault(rule.severity, []).append(rule)
    return found


def deliveries(*, incident_id: UUID | None = None, state: str = "") -> QuerySet[Delivery]:
    found = Delivery.objects.all()
    if incident_id is not None:
        found = found.filter(incident_id=incident_id)
    return found.filter(state=state) if state else found


def delivery(delivery_id: UUID) -> Delivery:
    found = Delivery.objects.filter(pk=delivery_id).first()
    if found is None:
        raise NotFound("There is no such message.")
    return found


def highest_told(incident_ids: Iterable[UUID], *, with_held: bool = True) -> dict[UUID, int]:
    """Return for each incident the highest severity anybody was told of; absent if none.

    `with_held`: what waits still for a person to take it back counts as told.
    """
    sent = Delivery.objects.exclude(state=DeliveryState.CANCELLED)
    if not with_held:
        sent = sent.exclude(is_held=True, state=DeliveryState.PENDING)
    told = sent.filter(incident_id__in=incident_ids).values("incident_id")
    return {row["incident_id"]: row["most"] for row in told.annotate(most=Max("severity"))}


def is_undone(delivery: Delivery) -> bool:
    """Whether the act behind it was taken back before it left: there is nothing to tell by now."""
    if not delivery.is_held or delivery.incident_id is None or delivery.attempts > 1:
        return False
    still = NOCIncident.objects.filter(TELLABLE, severity__gte=delivery.severity)
    return not still.filter(pk=delivery.incident_id).exists()


def due(now: datetime) -> Q:
    """Return which deliveries are to be sent now."""
    return Q(state=DeliveryState.PENDING, next_at__lte=now)


def not_woken(now: datetime) -> Q:
    """Return which of them no worker was woken for of late."""
    return Q(leased_until=None) | Q(leased_until__lte=now)


def heartbeats() -> QuerySet[Heartbeat]:
    return Heartbeat.objects.order_by("url")


def heartbeat(heartbeat_id: UUID) -> Heartbeat:
    found = heartbeats().filter(pk=heartbeat_id).first()
    if found is None:
        raise NotFound("There is no such heartbeat.")
    return found
