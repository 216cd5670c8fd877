"""Whom the floor tells, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.integrations import selectors, services
from watchfloor.noc.integrations.models import (
    ChannelKind,
    Delivery,
    DeliveryState,
    Heartbeat,
    NotificationRule,
)
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import INTEGRATIONS_MANAGE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["notifications"], auth=needs(INTEGRATIONS_MANAGE))
SeverityName = Literal["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"]


class RuleIn(Schema):
    severity: SeverityName
    channel: ChannelKind
    target: str = Field(max_length=500, description="a URL, or addresses with commas between")


class RuleSwitch(Schema):
    is_active: bool


class RuleOut(Schema):
    id: UUID
    severity: SeverityName
    channel: ChannelKind
    target: str
    is_active: bool
    failures: int = Field(description="of the target, in a row")
    paused_until: datetime | None = Field(description="nothing but life safety is sent until then")
    created_at: datetime


class NewRuleOut(RuleOut):
    secret: str | None = Field(description="signs webhooks; shown here and never again")


class DeliveryQuery(PageQuery):
    incident: UUID | None = None
    state: DeliveryState | Literal[""] = ""


class DeliveryOut(Schema):
    id: UUID
    incident_id: UUID | None
    channel: ChannelKind
    target: str
    event: str
    state: DeliveryState
    attempts: int
    next_at: datetime
    sent_at: datetime | None
    error: str
    withheld_by: str = Field(description="watched: watch mode, it did not leave")
    is_held: bool = Field(description="true: it waits so long as a person may take the act back")
    created_at: datetime


class HeartbeatIn(Schema):
    url: str = Field(max_length=500)
    every_seconds: int = Field(60, ge=10, le=86_400)


class HeartbeatOut(HeartbeatIn):
    id: UUID
    is_active: bool
    last_at: datetime | None
    last_error: str


@router.get("/notification-rules", response=Page[RuleOut])
def list_rules(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    whole_tenant(request)
    return page(request, paging, selectors.rules(), order=("id",), render=_rule)


@router.post("/notification-rules", response={201: NewRuleOut})
def set_rule(request: HttpRequest, body: RuleIn) -> Any:
    """Make the rule of a severity and channel, or put another in its place."""
    made = services.set_rule(
        severity=SeverityLevel[body.severity],
        channel=body.channel,
        target=body.target,
        by=_by(request),
        now=timezone.now(),
    )
    return Status(201, {**_rule(made.rule), "secret": made.secret})


@router.get("/notification-rules/{rule_id}", response=RuleOut)
def show_rule(request: HttpRequest, rule_id: UUID) -> Any:
    whole_tenant(request)
    return _rule(selectors.rule(rule_id))


@router.patch("/notification-rules/{rule_id}", response=RuleOut)
def switch_rule(request: HttpRequest, rule_id: UUID, body: RuleSwitch) -> Any:
    return _rule(
        services.switch_rule(rule_id, is_active=body.is_active, by=_by(request), now=timezone.now())
    )


@router.delete("/notification-rules/{rule_id}", response={204: None})
def remove_rule(request: HttpRequest, rule_id: UUID) -> Any:
    services.remove_rule(rule_id, by=_by(request), now=timezone.now())
    return Status(204, None)


@router.post("/notification-rules/{rule_id}/test", response={202: DeliveryOut})
def test_rule(request: HttpRequest, rule_id: UUID) -> Any:
    """Send a test message; how it went is told by the delivery."""
    return Status(202, services.test_rule(rule_id, by=_by(request), now=timezone.now()))


@router.get("/deliveries", response=Page[DeliveryOut])
def list_deliveries(request: HttpRequest, query: Query[DeliveryQuery]) -> Any:
    whole_tenant(request)
    rows = selectors.deliveries(incident_id=query.incident, state=query.state)
    return page(request, query, rows, order=("-id",), render=_itself)


@router.get("/deliveries/{delivery_id}", response=DeliveryOut)
def show_delivery(request: HttpRequest, delivery_id: UUID) -> Any:
    whole_tenant(request)
    return selectors.delivery(delivery_id)


@router.post("/deliveries/{delivery_id}/send-again", response={202: DeliveryOut})
def send_again(request: HttpRequest, delivery_id: UUID) -> Any:
    return Status(202, services.send_again(delivery_id, by=_by(request), now=timezone.now()))


@router.get("/heartbeats", response=Page[HeartbeatOut])
def list_heartbeats(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    whole_tenant(request)
    return page(request, paging, selectors.heartbeats(), order=("id",), render=_itself)


@router.get("/heartbeats/{heartbeat_id}", response=HeartbeatOut)
def show_heartbeat(request: HttpRequest, heartbeat_id: UUID) -> Any:
    whole_tenant(request)
    return selectors.heartbeat(heartbeat_id)


@router.post("/heartbeats", response={201: HeartbeatOut})
def set_heartbeat(request: HttpRequest, body: HeartbeatIn) -> Any:
    """Call a URL while the floor works, so that somebody else notices when it is silent."""
    made = services.set_heartbeat(
        url=body.url, every_seconds=body.every_seconds, by=_by(request), now=timezone.now()
    )
    return Status(201, made)


@router.delete("/heartbeats/{heartbeat_id}", response={204: None})
def remove_heartbeat(request: HttpRequest, heartbeat_id: UUID) -> Any:
    services.remove_heartbeat(heartbeat_id, by=_by(request), now=timezone.now())
    return Status(204, None)


def _rule(rule: NotificationRule) -> dict[str, Any]:
    return {
        "id": rule.pk,
        "severity": SeverityLevel(rule.severity).name,
        "channel": rule.channel,
        "target": rule.target,
        "is_active": rule.is_active,
        "failures": rule.failures,
        "paused_until": rule.paused_until,
        "created_at": rule.created_at,
    }


def _itself(row: Delivery | Heartbeat) -> Delivery | Heartbeat:
    return row


def _by(request: HttpRequest) -> Actor:
    return whole_tenant(request).actor
