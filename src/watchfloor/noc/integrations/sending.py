"""One try of one message: lease its row, act without a transaction, write how it ended.

Killed while sending, a webhook is sent again under the same id, by which its receiver knows it;
an e-mail is marked `unknown`, for a second one would be a second alarm.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import F

from watchfloor.noc.incidents import watched
from watchfloor.noc.integrations import breaker, mail, selectors, webhook
from watchfloor.noc.integrations.backoff import next_try
from watchfloor.noc.integrations.errors import Gone, InDoubt
from watchfloor.noc.integrations.models import (
    ChannelKind,
    Delivery,
    DeliveryState,
    NotificationRule,
)
from watchfloor.platform import secrets
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.errors import PermanentFailure, TransientFailure

log = structlog.get_logger(__name__)

# Longer than any try: 5 s for a webhook, 10 s for each step of SMTP.
LEASE = timedelta(seconds=90)


def settle_abandoned(now: datetime) -> int:
    """Decide, in all tenants, on what somebody was sending when they were killed; say how many."""
    abandoned = Delivery.everybody.using("system").filter(
        state=DeliveryState.SENDING, leased_until__lte=now
    )
    killed = "the worker was killed while sending"
    mails = abandoned.filter(channel=ChannelKind.EMAIL).update(
        state=DeliveryState.UNKNOWN, leased_until=None, error=killed
    )
    return mails + abandoned.update(state=DeliveryState.PENDING, leased_until=None, error=killed)


def deliver(delivery_id: UUID, *, now: datetime) -> DeliveryState | None:
    """Try once; return how it stands afterwards, None if it is not ours to try now."""
    if breaker.hold_back(delivery_id, now):
        return None
    delivery = _lease(delivery_id, now)
    if delivery is None:
        return None
    if selectors.is_undone(delivery):
        _end(delivery, DeliveryState.CANCELLED)
        after = {"incident": str(delivery.incident_id), "event": delivery.event}
        audit.record(SYSTEM, "delivery.cancelled", "delivery", delivery.pk, at=now, after=after)
        return DeliveryState.CANCELLED
    if delivery.incident_id is not None and watched.among([delivery.incident_id]):
        # It was written, or failed, before its place was watched.
        delivery.withheld_by = watched.WATCHED
        _end(delivery, DeliveryState.WITHHELD)
        return DeliveryState.WITHHELD
    try:
        _send(delivery, now)
    except InDoubt as error:
        breaker.note_failure(delivery, error.message, now)
        _end(delivery, DeliveryState.UNKNOWN, error=error.message)
    except PermanentFailure as error:
        _end(delivery, DeliveryState.FAILED, error=error.message)
        if isinstance(error, Gone):
            _switch_off(delivery)
    except (TransientFailure, secrets.Unreadable) as error:
        _try_later(delivery, error, now)
    else:
        _end(delivery, DeliveryState.SENT, sent_at=now)
        breaker.note_success(delivery, now)
    return DeliveryState(delivery.state)


def _lease(delivery_id: UUID, now: datetime) -> Delivery | None:
    """Become the one who sends."""
    row = Delivery.objects.filter(pk=delivery_id)
    mine = row.filter(state=DeliveryState.PENDING, next_at__lte=now).update(
        state=DeliveryState.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    return row.select_related("rule").get() if mine else None


def _send(delivery: Delivery, now: datetime) -> None:
    if delivery.channel == ChannelKind.WEBHOOK:
        webhook.send(
            url=delivery.target,
            secret=_secret(delivery.rule),
            message_id=str(delivery.pk),
            body=delivery.body,
            now=now,
        )
    else:
        mail.send(
            to=[part.strip() for part in delivery.target.split(",")],
            message_id=str(delivery.pk),
            thread=str(delivery.incident_id) if delivery.incident_id else None,
            body=delivery.body,
        )


def _secret(rule: NotificationRule | None) -> str:
    if rule is None or rule.secret is None:
        raise PermanentFailure("the rule and its secret were removed meanwhile")
    return secrets.unseal(rule.secret)


def _try_later(
    delivery: Delivery, error: TransientFailure | secrets.Unreadable, now: datetime
) -> None:
    if isinstance(error, TransientFailure):
        breaker.note_failure(delivery, error.message, now)
    at = next_try(
        attempts=delivery.attempts,
        created_at=delivery.created_at,
        now=now,
        retry_after=getattr(error, "retry_after", None),
    )
    if at is None:
        _end(delivery, DeliveryState.FAILED, error=f"given up after a day: {error.message}")
    else:
        delivery.next_at = at
        _end(delivery, DeliveryState.PENDING, error=error.message)


def _end(
    delivery: Delivery, state: DeliveryState, *, error: str = "", sent_at: datetime | None = None
) -> None:
    delivery.state, delivery.error, delivery.sent_at = state, error[:2000], sent_at
    delivery.leased_until = None
    delivery.save(
        update_fields=["state", "error", "sent_at", "next_at", "leased_until", "withheld_by"]
    )
    log.info("delivery", id=str(delivery.pk), state=state.value, error=delivery.error)


def _switch_off(delivery: Delivery) -> None:
    if delivery.rule is not None:
        NotificationRule.objects.filter(pk=delivery.rule.pk).update(is_active=False)
