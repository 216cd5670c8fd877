"""One message on its way: signed, tried again, given up, never sent blindly twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.make import NOW
from tests.noc.integrations.incidents import make_incident
from tests.noc.integrations.receivers import MailServer, Receiver
from tests.noc.integrations.test_rules import set_hook, set_mail
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.integrations import dispatch, sending, services, tasks
from watchfloor.noc.integrations.models import Delivery, NotificationRule
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.errors import Conflict

CRITICAL = SeverityLevel.CRITICAL
pytestmark = pytest.mark.usefixtures("tenant")


def message(target: str, at: datetime = NOW, **incident: Any) -> Delivery:
    """Return the message of a new incident to `target`, and tell no secret."""
    set_hook(target, CRITICAL) if "://" in target else set_mail(target, CRITICAL)
    with transaction.atomic():
        services.tell([make_incident(**incident).pk], at=at)
    return Delivery.objects.latest("id")


def fate(delivery: Delivery) -> tuple[str, int, str]:
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts, delivery.error


def test_a_webhook_arrives_signed_under_the_id_of_its_row(hook: Receiver) -> None:
    now = timezone.now()
    secret = set_hook(hook.url, CRITICAL).secret
    assert secret
    with transaction.atomic():
        services.tell([make_incident(title="Smoke at Dock 4").pk], at=now)
    delivery = Delivery.objects.get()

    assert sending.deliver(delivery.pk, now=now) == "sent"

    [got] = hook.got
    body = Webhook(secret).verify(got.body, got.headers)
    assert (body["type"], body["data"]["title"]) == ("incident.opened", "Smoke at Dock 4")
    assert got.headers["webhook-id"] == got.headers["idempotency-key"] == str(delivery.pk)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(got.body.replace(b"Dock 4", b"Dock 5"), got.headers)
    stale = {**got.headers, "webhook-timestamp": str(int(now.timestamp()) - 600)}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(got.body, stale)


def test_a_message_that_was_sent_is_not_sent_again(hook: Receiver) -> None:
    delivery = message(hook.url)

    assert sending.deliver(delivery.pk, now=NOW) == "sent"
    assert sending.deliver(delivery.pk, now=NOW) is None
    assert len(hook.got) == 1


def test_a_receiver_in_trouble_is_tried_again_later_under_the_same_id(hook: Receiver) -> None:
    hook.answers = [503, 404, 200]
    delivery = message(hook.url)

    sending.deliver(delivery.pk, now=NOW)
    assert fate(delivery) == ("pending", 1, "answered 503")
    assert delivery.next_at == NOW + timedelta(seconds=5)
    assert sending.deliver(delivery.pk, now=NOW + timedelta(seconds=4)) is None
    sending.deliver(delivery.pk, now=delivery.next_at)
    assert fate(delivery)[:2] == ("pending", 2)
    sending.deliver(delivery.pk, now=delivery.next_at)
    assert fate(delivery) == ("sent", 3, "")

    assert len({got.headers["webhook-id"] for got in hook.got}) == 1


def test_a_receiver_may_ask_for_a_longer_pause(hook: Receiver) -> None:
    hook.answers, hook.extra = [429], {"Retry-After": "3600"}
    delivery = message(hook.url)

    sending.deliver(delivery.pk, now=NOW)
    fate(delivery)

    assert delivery.next_at == NOW + timedelta(hours=1)


def test_after_a_day_a_message_is_given_up_with_the_reason(hook: Receiver) -> None:
    hook.answers = [500]
    delivery, now = message(hook.url), NOW
    while sending.deliver(delivery.pk, now=now) == "pending":
        delivery.refresh_from_db()
        now = delivery.next_at

    state, attempts, error = fate(delivery)
    assert (state, error) == ("failed", "given up after a day: answered 500")
    assert 8 <= attempts <= 15
    assert timedelta(hours=12) < now - NOW <= timedelta(hours=24)


@pytest.mark.parametrize(("status", "is_off"), [(410, True), (301, False)])
def test_a_receiver_that_is_gone_or_moved_is_not_asked_again(
    hook: Receiver, status: int, is_off: bool
) -> None:
    hook.answers = [status]
    delivery = message(hook.url)

    assert sending.deliver(delivery.pk, now=NOW) == "failed"
    assert fate(delivery)[2] == f"answered {status}"
    assert NotificationRule.objects.get().is_active is not is_off


def test_a_target_inside_our_networks_fails_for_good(hook: Receiver, settings: Settings) -> None:
    delivery = message(hook.url)
    settings.EGRESS_ALLOWED_NETWORKS = []

    assert sending.deliver(delivery.pk, now=NOW) == "failed"
    assert hook.got == []
    assert "not public" in fate(delivery)[2]


def test_a_webhook_whose_worker_was_killed_is_sent_again(hook: Receiver) -> None:
    delivery = message(hook.url)
    assert sending._lease(delivery.pk, NOW), "and the worker dies"
    ends = NOW + sending.LEASE

    assert sending.settle_abandoned(ends - timedelta(seconds=1)) == 0
    assert sending.deliver(delivery.pk, now=ends) is None
    assert sending.settle_abandoned(ends) == 1
    assert sending.deliver(delivery.pk, now=ends) == "sent"


def test_a_mail_whose_worker_was_killed_is_unknown_and_not_repeated(mail: MailServer) -> None:
    delivery = message("ops@example.com")
    sending._lease(delivery.pk, NOW)
    ends = NOW + sending.LEASE
    sending.settle_abandoned(ends)

    assert fate(delivery) == ("unknown", 1, "the worker was killed while sending")
    assert sending.deliver(delivery.pk, now=ends) is None
    assert mail.got == []

    services.send_again(delivery.pk, by=SYSTEM, now=ends)
    assert sending.deliver(delivery.pk, now=ends) == "sent"
    with pytest.raises(Conflict):
        services.send_again(delivery.pk, by=SYSTEM, now=ends)


def test_a_mail_arrives_at_all_addresses_with_stable_headers(mail: MailServer) -> None:
    delivery = message("ops@example.com, boss@example.com", title="Rauch über Tor 4")

    assert sending.deliver(delivery.pk, now=NOW) == "sent"

    assert mail.recipients == [["ops@example.com", "boss@example.com"]]
    [got] = mail.got
    assert got["Message-ID"] == f"<{delivery.pk}@watchfloor>"
    assert got["References"] == f"<{delivery.incident_id}@watchfloor>"
    assert got["Auto-Submitted"] == "auto-generated"
    payload = got.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "title: Rauch über Tor 4" in payload.decode()


@pytest.mark.parametrize(
    ("answer", "state"), [("450 greylisted", "pending"), ("550 no such user", "failed")]
)
def test_a_refused_recipient_is_tried_again_only_if_the_server_says_later(
    mail: MailServer, answer: str, state: str
) -> None:
    mail.refuse_recipient = answer
    delivery = message("ops@example.com")

    assert sending.deliver(delivery.pk, now=NOW) == state
    assert answer in fate(delivery)[2]


@pytest.mark.parametrize(("answer", "state"), [("451 later", "pending"), ("554 spam", "failed")])
def test_a_refused_mail_likewise(mail: MailServer, answer: str, state: str) -> None:
    mail.answer_data = lambda server: answer
    delivery = message("ops@example.com")

    assert sending.deliver(delivery.pk, now=NOW) == state


def test_a_server_that_falls_silent_after_the_mail_leaves_it_in_doubt(mail: MailServer) -> None:
    def hang_up(server: SMTP) -> str:
        assert server.transport is not None
        server.transport.close()
        return "250 taken"

    mail.answer_data = hang_up
    delivery = message("ops@example.com")

    assert sending.deliver(delivery.pk, now=NOW) == "unknown"
    assert "fell silent" in fate(delivery)[2]


def test_no_mail_server_is_worth_another_try(mail: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    delivery = message("ops@example.com")

    assert sending.deliver(delivery.pk, now=NOW) == "pending"


def test_secrets_are_sealed_anew_and_still_sign_but_those_that_are_named(
    hook: Receiver, settings: Settings
) -> None:
    lost = set_hook().rule
    NotificationRule.objects.filter(pk=lost.pk).update(secret=b"sealed by another floor")
    delivery = message(hook.url)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    with pytest.raises(CommandError, match=f"No key fits 1.*\n.*rule {lost.pk}$"):
        call_command("reseal_secrets", stdout=StringIO())
    settings.SECRET_KEY_FALLBACKS = []

    assert sending.deliver(delivery.pk, now=NOW) == "sent"


def test_the_dispatcher_wakes_for_each_due_message_once_life_safety_first(
    hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    Delivery.everybody.using("system").filter(state="pending").update(state="sent")
    woken: list[str] = []
    monkeypatch.setattr(tasks.deliver, "delay", woken.append)
    first, panic = message(hook.url), message(hook.url, is_life_safety=True)
    later = message(hook.url, at=NOW + timedelta(seconds=20))

    assert dispatch.wake_due(NOW) == 2
    assert dispatch.wake_due(NOW + timedelta(seconds=10)) == 0
    assert dispatch.wake_due(NOW + timedelta(seconds=30)) == 3
    assert woken == [str(d.pk) for d in (panic, first, panic, first, later)]
