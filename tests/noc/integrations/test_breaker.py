"""A dead target is spared: its rule pauses, its messages wait, and it resumes by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.make import NOW, bearer, make_key
from tests.noc.integrations.incidents import make_incident
from tests.noc.integrations.receivers import MailServer, Receiver
from tests.noc.integrations.test_rules import set_hook, set_mail
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.integrations import breaker, sending, services
from watchfloor.noc.integrations.models import Delivery, NotificationRule
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.models import Tenant

CRITICAL = SeverityLevel.CRITICAL
MINUTE = timedelta(minutes=1)


def tell(number: int, **incident: Any) -> list[Delivery]:
    """Return the messages of so many new incidents, the oldest first."""
    known = set(Delivery.objects.values_list("pk", flat=True))
    with transaction.atomic():
        services.tell([make_incident(**incident).pk for _ in range(number)], at=NOW)
    return list(Delivery.objects.exclude(pk__in=known).order_by("pk"))


def send(messages: list[Delivery], at: datetime) -> list[str | None]:
    return [sending.deliver(one.pk, now=at) for one in messages]


def states() -> set[str]:
    return set(Delivery.objects.values_list("state", flat=True))


def the_rule() -> NotificationRule:
    return NotificationRule.objects.get()


def audited() -> list[str]:
    rows = AuditRow.objects.filter(action__in=["rule.paused", "rule.resumed"])
    return list(rows.order_by("at", "id").values_list("action", flat=True))


@pytest.fixture
def dead(tenant: Tenant, hook: Receiver) -> Receiver:
    """A webhook that fails, and its rule that has just paused; three messages were not tried."""
    hook.answers = [503]
    set_hook(hook.url, CRITICAL)
    send(tell(breaker.FAILURES + 3), NOW)
    return hook


def test_after_some_failures_in_a_row_the_rest_is_not_tried_and_not_lost(dead: Receiver) -> None:
    assert len(dead.got) == breaker.FAILURES
    assert states() == {"pending"}
    assert the_rule().paused_until == NOW + MINUTE
    untried = Delivery.objects.filter(attempts=0)
    assert [one.next_at for one in untried] == [NOW + MINUTE] * 3


def test_after_a_pause_one_message_is_tried_and_the_next_pause_is_longer(dead: Receiver) -> None:
    messages = list(Delivery.objects.filter(attempts=0))
    pauses, now = [], NOW
    for _ in range(8):
        now = the_rule().paused_until or now
        Delivery.objects.update(next_at=now)
        dead.got.clear()
        send(messages, now)
        assert len(dead.got) == 1
        pauses.append((the_rule().paused_until or now) - now)

    assert pauses[:4] == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE]
    assert pauses[-1] == pauses[-2] == breaker.LONGEST_PAUSE
    assert audited() == ["rule.paused"]


def test_what_waits_follows_at_once_when_the_target_is_back(dead: Receiver) -> None:
    dead.answers = [200]
    now = NOW + MINUTE
    [first, *others] = Delivery.objects.filter(attempts=0)

    assert send([first], now) == ["sent"]
    assert send(others, now) == ["sent", "sent"]

    rule = the_rule()
    assert (rule.failures, rule.paused_until) == (0, None)
    assert send(list(Delivery.objects.filter(state="pending")), now) == ["sent"] * breaker.FAILURES
    assert states() == {"sent"}
    assert audited() == ["rule.paused", "rule.resumed"]


def test_while_one_is_tried_the_others_wait_for_how_it_ends(dead: Receiver) -> None:
    now = NOW + MINUTE
    first, other = Delivery.objects.filter(attempts=0)[:2]
    assert not breaker.hold_back(first.pk, now)

    assert breaker.hold_back(other.pk, now)

    other.refresh_from_db()
    assert other.next_at == now + breaker.PROBE


def test_life_safety_and_a_persons_test_are_tried_in_a_pause(dead: Receiver) -> None:
    dead.got.clear()
    [panic] = tell(1, is_life_safety=True)
    test = services.test_rule(the_rule().pk, by=SYSTEM, now=NOW)

    assert send([panic, test], NOW) == ["pending", "pending"]
    assert len(dead.got) == 2
    assert the_rule().failures == breaker.FAILURES

    dead.answers = [200]
    assert send([services.test_rule(the_rule().pk, by=SYSTEM, now=NOW)], NOW) == ["sent"]
    assert the_rule().paused_until is None


def test_a_target_put_in_the_place_of_a_dead_one_begins_anew(dead: Receiver) -> None:
    set_hook(f"{dead.url}/new", CRITICAL)

    assert (the_rule().failures, the_rule().paused_until) == (0, None)


def test_one_success_between_failures_keeps_a_target_going(tenant: Tenant, hook: Receiver) -> None:
    hook.answers = [*[503] * (breaker.FAILURES - 1), 200, 503]
    set_hook(hook.url, CRITICAL)

    send(tell(breaker.FAILURES + 1), NOW)

    assert (the_rule().failures, the_rule().paused_until) == (1, None)


def test_a_mail_server_that_is_away_is_spared_like_a_webhook(
    tenant: Tenant, mail: MailServer
) -> None:
    mail.refuse_recipient = "450 later"
    set_mail("night@guard.example", CRITICAL)

    send(tell(breaker.FAILURES + 1), NOW)

    assert the_rule().paused_until == NOW + MINUTE
    assert Delivery.objects.filter(attempts=0).count() == 1


def test_the_api_shows_the_pause(client: Client, tenant: Tenant, dead: Receiver) -> None:
    headers = bearer(make_key(tenant, "admin"))
    [shown] = client.get("/api/v1/notification-rules", headers=headers).json()["items"]

    assert shown["failures"] == breaker.FAILURES
    assert datetime.fromisoformat(shown["paused_until"]) == NOW + MINUTE
