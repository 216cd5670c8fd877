"""Changing whom we tell, and telling them."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from watchfloor.aiops.privacy.names import Mask
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents import watched
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.integrations import holding, render, selectors
from watchfloor.noc.integrations.models import (
    ChannelKind,
    Delivery,
    DeliveryState,
    Heartbeat,
    NotificationRule,
)
from watchfloor.platform import egress, secrets
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.egress_addresses import Refused
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.ids import uuid7
from watchfloor.platform.privacy import mask_of_all
from watchfloor.platform.secrets import Resealed
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

CHANNEL = "wf_deliveries"
SECRET_BYTES = 32
MOST_ADDRESSES = 10


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule as it was just made. `secret` is told here and never again; None for e-mail."""

    rule: NotificationRule
    secret: str | None


@transaction.atomic
def set_rule(
    *, severity: SeverityLevel, channel: ChannelKind, target: str, by: Actor, now: datetime
) -> NewRule:
    """Tell incidents of `severity` to `target`; it takes the place of the rule there was.

    `target` is a URL, or up to ten addresses with commas between. Each change of a webhook makes
    a new secret.
    """
    target = _checked_target(channel, target)
    lock_flow(require_tenant_id())  # two who set the first one follow each other
    known = NotificationRule.objects.select_for_update()
    rule = known.filter(severity=severity, channel=channel).first()
    before = _values(rule) if rule else None
    rule = rule or NotificationRule(severity=severity, channel=channel, created_at=now)
    secret = _new_secret() if channel == ChannelKind.WEBHOOK else None
    rule.target, rule.is_active = target, True
    forget_failures(rule, now)
    rule.secret = secrets.seal(secret) if secret else None
    rule.save()
    audit.record(by, "rule.set", "rule", rule.pk, at=now, before=before, after=_values(rule))
    return NewRule(rule, secret)


@transaction.atomic
def switch_rule(rule_id: UUID, *, is_active: bool, by: Actor, now: datetime) -> NotificationRule:
    rule = _rule(rule_id)
    if rule.is_active != is_active:
        before = _values(rule)
        rule.is_active = is_active
        forget_failures(rule, now)
        rule.save(update_fields=["is_active", "failures", "paused_until"])
        audit.record(
            by, "rule.switched", "rule", rule.pk, at=now, before=before, after=_values(rule)
        )
    return rule


@transaction.atomic
def remove_rule(rule_id: UUID, *, by: Actor, now: datetime) -> None:
    rule = _rule(rule_id)
    audit.record(by, "rule.removed", "rule", rule.pk, at=now, before=_values(rule))
    rule.delete()


@transaction.atomic
def test_rule(rule_id: UUID, *, by: Actor, now: datetime) -> Delivery:
    """Send a test message to the rule's target, as any other message goes."""
    rule = _rule(rule_id)
    audit.record(by, "rule.tested", "rule", rule.pk, at=now)
    delivery = Delivery.objects.create(
        rule=rule, channel=rule.channel, target=rule.target, event=render.TEST,
        body=render.test_body(now), next_at=now, created_at=now,
    )  # fmt: skip
    ring()
    return delivery


@transaction.atomic
def send_again(delivery_id: UUID, *, by: Actor, now: datetime) -> Delivery:
    """Send a message once more that failed, or of which nobody knows whether it arrived."""
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound("There is no such message.")
    if delivery.state not in {DeliveryState.FAILED, DeliveryState.UNKNOWN}:
        raise Conflict(f"This message is {delivery.state}.", state=delivery.state)
    before = {"state": delivery.state, "error": delivery.error}
    delivery.state, delivery.next_at, delivery.leased_until = DeliveryState.PENDING, now, None
    delivery.save(update_fields=["state", "next_at", "leased_until"])
    audit.record(by, "delivery.sent_again", "delivery", delivery.pk, at=now, before=before)
    ring()
    return delivery


@transaction.atomic
def set_heartbeat(*, url: str, every_seconds: int, by: Actor, now: datetime) -> Heartbeat:
    """Call `url` while the floor works; the same URL again changes the pace of its calls."""
    _checked_url(url, "url")
    heartbeat, _ = Heartbeat.objects.update_or_create(
        url=url, defaults={"every_seconds": every_seconds, "is_active": True}
    )
    after = {"url": url, "every_seconds": every_seconds}
    audit.record(by, "heartbeat.set", "heartbeat", heartbeat.pk, at=now, after=after)
    return heartbeat


@transaction.atomic
def remove_heartbeat(heartbeat_id: UUID, *, by: Actor, now: datetime) -> None:
    heartbeat = Heartbeat.objects.filter(pk=heartbeat_id).first()
    if heartbeat is None:
        raise NotFound("There is no such heartbeat.")
    before = {"url": heartbeat.url}
    audit.record(by, "heartbeat.removed", "heartbeat", heartbeat.pk, at=now, before=before)
    heartbeat.delete()


def tell(incident_ids: Iterable[UUID], *, at: datetime, is_held: bool = False) -> int:
    """Write the messages that these incidents are due, in the caller's transaction; say how many.

    An incident is told once for each severity that is above all it was told with. What is not
    listed, or over, is not told; of what is only watched, the message is kept and not sent. What
    `is_held` waits so long as a person may take it back, unless it is of life safety. Repeating
    writes nothing.
    """
    rules = selectors.active_rules_by_severity()
    if not rules:
        return 0
    found = NOCIncident.objects.filter(selectors.TELLABLE, pk__in=incident_ids, severity__in=rules)
    incidents = list(found.select_related("client", "site"))
    told, mask = selectors.highest_told([incident.pk for incident in incidents]), mask_of_all()
    messages = [
        _message(incident, rule, mask, raised=incident.pk in told, at=at)
        for incident in incidents
        if incident.severity > max(told.get(incident.pk, 0), incident.notified_severity)
        for rule in rules[incident.severity]
    ]
    if messages:
        if is_held:
            holding.hold(messages, at=at)
        holding.withhold(messages)
        Delivery.objects.bulk_create(messages, ignore_conflicts=True)
        ring()
    return len(messages)


def let_go(*, at: datetime) -> int:
    """Send what was withheld of incidents that are still new and no longer watched; say how many.

    In the caller's transaction. What somebody has taken in hand, or is over, stays untold.
    """
    withheld = Delivery.objects.filter(
        state=DeliveryState.WITHHELD,
        incident__state=IncidentState.NEW,
        incident__is_listed=True,
    )
    ids = set(withheld.values_list("incident_id", flat=True))
    free = [pk for pk in ids - watched.among(ids) if pk is not None]
    sent = withheld.filter(incident_id__in=free).update(
        state=DeliveryState.PENDING, withheld_by="", next_at=at, leased_until=None
    )
    if sent:
        ring()
    return sent


def ring() -> None:
    """Wake the dispatcher when the transaction of the new rows commits."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def forget_failures(rule: NotificationRule, now: datetime) -> None:
    """End the pause of a rule that the caller saves; what waited for its target goes now."""
    was_paused = rule.paused_until is not None
    rule.failures, rule.paused_until = 0, None
    waiting = Delivery.objects.filter(
        rule_id=rule.pk, target=rule.target, state=DeliveryState.PENDING, next_at__gt=now
    )
    if was_paused and waiting.update(next_at=now):
        ring()


@transaction.atomic
def reseal() -> Resealed:
    """Seal what signs the webhooks of the tenant in scope with the newest key."""
    rules = NotificationRule.objects.select_for_update().filter(secret__isnull=False)
    named = ((f"the webhook of rule {rule.pk}", rule) for rule in rules)
    return secrets.reseal_rows(named, column="secret")


def _message(
    incident: NOCIncident, rule: NotificationRule, mask: Mask, *, raised: bool, at: datetime
) -> Delivery:
    """Nobody knows who reads what leaves the floor: it names no person."""
    kind = render.RAISED if raised else render.OPENED
    return Delivery(
        id=uuid7(),
        rule=rule,
        incident=incident,
        channel=rule.channel,
        target=rule.target,
        event=f"{kind}.{SeverityLevel(incident.severity).name.lower()}",
        body=mask.value(render.incident_body(incident, kind, at)),
        lane=holding.URGENT if incident.is_life_safety else 1,
        severity=incident.severity,
        state=DeliveryState.PENDING,
        next_at=at,
        created_at=at,
    )


def _rule(rule_id: UUID) -> NotificationRule:
    rule = NotificationRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotFound("There is no such rule.")
    return rule


def _checked_target(channel: ChannelKind, target: str) -> str:
    if channel == ChannelKind.WEBHOOK:
        return _checked_url(target, "target")
    addresses = [part.strip() for part in target.split(",") if part.strip()]
    if not 1 <= len(addresses) <= MOST_ADDRESSES:
        raise Invalid("Name one to ten e-mail addresses.", fields={"target": "a@b.example, ..."})
    try:
        for address in addresses:
            validate_email(address)
    except ValidationError:
        message = f"{address} is not an e-mail address."
        raise Invalid(message, fields={"target": message}) from None
    return ", ".join(addresses)


def _checked_url(url: str, field: str) -> str:
    """Return the URL. Raises: Invalid where the floor may not reach it."""
    try:
        egress.check_target(url)
    except Refused as refused:
        raise Invalid(refused.message, fields={field: refused.message}) from None
    return url


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def _values(rule: NotificationRule) -> dict[str, object]:
    return {
        "severity": SeverityLevel(rule.severity).name,
        "channel": rule.channel,
        "target": rule.target,
        "is_active": rule.is_active,
    }
