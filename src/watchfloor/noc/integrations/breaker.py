"""Sparing a dead target: after some failures in a row its rule pauses, longer each time.

Messages stay rows and wait. When a pause ends one of them is tried first: if it gets through, the
others follow at once; if not, the next pause is twice as long. Life safety and what a person asked
for are tried whatever the others met, and what they find out counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from watchfloor.noc.integrations import services
from watchfloor.noc.integrations.models import Delivery, DeliveryState, NotificationRule
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import SYSTEM

FAILURES = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
DOUBLINGS = 6  # enough to be past the longest
# Longer than any try: so long the others wait for the one that is tried first.
PROBE = timedelta(seconds=90)


def pause_after(failures: int) -> timedelta:
    """Return the pause after so many failures in a row, of which there are enough for one."""
    doublings = min(failures - FAILURES, DOUBLINGS)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def hold_back(delivery_id: UUID, now: datetime) -> bool:
    """Put the message off while its target is paused; return whether that was done."""
    row = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.PENDING, next_at__lte=now)
    delivery = row.select_related("rule").first()
    rule = delivery.rule if delivery else None
    if delivery is None or rule is None or rule.paused_until is None or _passes(delivery):
        return False
    if delivery.target != rule.target:
        return False
    until = rule.paused_until
    if until <= now:
        if _is_first(rule, now):
            return False
        until = now + PROBE
    row.update(next_at=until, leased_until=None)
    return True


@transaction.atomic
def note_failure(delivery: Delivery, error: str, now: datetime) -> None:
    """Count a failure of the target, and pause its rule after enough of them in a row."""
    rule = _rule_of(delivery)
    if rule is None:
        return
    was_paused = rule.paused_until is not None
    if was_paused and _passes(delivery):
        return
    rule.failures += 1
    if rule.failures >= FAILURES:
        rule.paused_until = now + pause_after(rule.failures)
    rule.save(update_fields=["failures", "paused_until"])
    if rule.paused_until is not None and not was_paused:
        after = {"target": rule.target, "failures": rule.failures, "error": error[:200]}
        audit.record(SYSTEM, "rule.paused", "rule", rule.pk, at=now, after=after)


@transaction.atomic
def note_success(delivery: Delivery, now: datetime) -> None:
    """Let all that waited for the target follow."""
    rule = _rule_of(delivery)
    if rule is None or rule.failures == 0:
        return
    was_paused = rule.paused_until is not None
    services.forget_failures(rule, now)
    rule.save(update_fields=["failures", "paused_until"])
    if was_paused:
        audit.record(SYSTEM, "rule.resumed", "rule", rule.pk, at=now)


def _rule_of(delivery: Delivery) -> NotificationRule | None:
    """Return the rule, locked; None if it is gone or names another target by now."""
    if delivery.rule_id is None:
        return None
    rules = NotificationRule.objects.select_for_update()
    return rules.filter(pk=delivery.rule_id, target=delivery.target).first()


def _is_first(rule: NotificationRule, now: datetime) -> bool:
    """Become the one message that is tried after a pause."""
    same = NotificationRule.objects.filter(pk=rule.pk, paused_until=rule.paused_until)
    return same.update(paused_until=now + PROBE) == 1


def _passes(delivery: Delivery) -> bool:
    return delivery.lane == 0 or delivery.incident_id is None
