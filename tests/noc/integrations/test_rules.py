"""Whom we tell: who may change it, what is shown, what is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests.beside import done_beside
from tests.make import NOW, make_key, make_tenant
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.integrations import services
from watchfloor.noc.integrations.models import ChannelKind, Heartbeat, NotificationRule
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.models import Tenant

HOOK = "https://hooks.example/in"


def set_hook(target: str = HOOK, severity: SeverityLevel = SeverityLevel.HIGH) -> services.NewRule:
    return services.set_rule(
        severity=severity, channel=ChannelKind.WEBHOOK, target=target, by=SYSTEM, now=NOW
    )


def set_mail(target: str, severity: SeverityLevel = SeverityLevel.HIGH) -> services.NewRule:
    return services.set_rule(
        severity=severity, channel=ChannelKind.EMAIL, target=target, by=SYSTEM, now=NOW
    )


def test_of_two_who_set_the_same_rule_at_once_the_second_takes_its_place(tenant: Tenant) -> None:
    second = done_beside(set_hook, lambda: set_hook(f"{HOOK}/2"), tenant=tenant.id)

    [rule] = NotificationRule.objects.all()
    assert (rule.pk, rule.target) == (second.rule.pk, f"{HOOK}/2")


@pytest.mark.usefixtures("tenant")
def test_the_secret_of_a_webhook_is_told_once_and_kept_unreadable() -> None:
    made = set_hook()

    assert made.secret
    assert made.secret.startswith("whsec_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(r)::text FROM integrations_notificationrule r")
        rules = cursor.fetchall()
    audited = json.dumps(list(AuditRow.objects.values_list("before", "after")))
    assert made.secret not in str(rules) + audited
    assert set_mail("ops@example.com").secret is None


@pytest.mark.usefixtures("tenant")
def test_a_new_target_takes_the_place_of_the_old_with_a_secret_of_its_own() -> None:
    first = set_hook()
    second = set_hook("https://other.example/in")

    assert second.rule.pk == first.rule.pk
    assert second.secret != first.secret
    assert [rule.target for rule in NotificationRule.objects.all()] == ["https://other.example/in"]
    acts = AuditRow.objects.order_by("id").values_list("action", "before__target", "after__target")
    assert list(acts) == [
        ("rule.set", None, HOOK),
        ("rule.set", HOOK, "https://other.example/in"),
    ]


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize(
    "target", ["", "nobody", "a@b", ", ", "a@example.com\nBcc: b@example.com", "a@x.example,b"]
)
def test_an_address_that_is_none_is_refused(target: str) -> None:
    with pytest.raises(Invalid):
        set_mail(target)


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize(
    "target", ["ftp://a.example", "https://u:p@a.example", "https://0x7f1/", "x"]
)
def test_a_url_that_can_never_be_reached_is_refused(target: str) -> None:
    with pytest.raises(Invalid):
        set_hook(target)


INSIDE = [
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://0.0.0.0/",
    "https://localhost/",
    "https://Hooks.localhost./",
    "https://10.1.2.3/",
    "https://192.168.0.9/in",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[fe80::1]/",
    "https://[fd00:ec2::254]/",
    "https://[::ffff:10.0.0.1]/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://metadata/",
    "http://hooks.example/in",
    "https://hooks.example:5432/",
]


@pytest.mark.parametrize("target", INSIDE)
def test_a_target_inside_our_networks_is_refused_as_it_is_saved(admin: Client, target: str) -> None:
    answers = [
        (
            "target",
            post(admin, "/notification-rules", severity="HIGH", channel="webhook", target=target),
        ),
        ("url", post(admin, "/heartbeats", url=target, every_seconds=60)),
    ]

    for field, answer in answers:
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert not NotificationRule.objects.exists()
    assert not Heartbeat.objects.exists()


@pytest.mark.parametrize(
    "target", ["http://10.1.2.3:8080/in", "https://10.1.2.3/", "http://relay.internal/in", HOOK]
)
def test_a_network_that_is_allowed_may_be_told(
    admin: Client, settings: Settings, target: str
) -> None:
    settings.EGRESS_ALLOWED_NETWORKS = ["10.0.0.0/8"]

    made = post(admin, "/notification-rules", severity="HIGH", channel="webhook", target=target)
    other = post(
        admin, "/notification-rules", severity="LOW", channel="webhook", target="http://192.168.1.1"
    )

    assert (made.status_code, other.status_code) == (201, 422)


@pytest.fixture
def admin(tenant: Tenant) -> Client:
    return client_with(make_key(tenant, "admin"))


def client_with(key: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key}"})


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1{path}", body, content_type="application/json")


def test_an_admin_makes_lists_tests_switches_and_removes_a_rule(admin: Client) -> None:
    made = post(admin, "/notification-rules", severity="HIGH", channel="webhook", target=HOOK)
    assert made.status_code == 201, made.content
    rule = made.json()
    assert rule["secret"].startswith("whsec_")

    listed = admin.get("/api/v1/notification-rules").json()["items"]
    assert [(r["id"], "secret" in r) for r in listed] == [(rule["id"], False)]

    sent = post(admin, f"/notification-rules/{rule['id']}/test")
    assert (sent.status_code, sent.json()["state"]) == (202, "pending")
    assert [d["event"] for d in admin.get("/api/v1/deliveries").json()["items"]] == [
        "watchfloor.test"
    ]

    path = f"/api/v1/notification-rules/{rule['id']}"
    off = admin.patch(path, {"is_active": False}, content_type="application/json")
    assert off.json()["is_active"] is False
    assert admin.delete(path).status_code == 204
    assert admin.delete(path).status_code == 404


def test_an_admin_sets_and_removes_a_heartbeat(admin: Client) -> None:
    url = "https://watch.example/beat"
    post(admin, "/heartbeats", url=url, every_seconds=60)
    made = post(admin, "/heartbeats", url=url, every_seconds=30).json()

    assert [h["every_seconds"] for h in admin.get("/api/v1/heartbeats").json()["items"]] == [30]
    assert admin.delete(f"/api/v1/heartbeats/{made['id']}").status_code == 204
    assert post(admin, "/heartbeats", url="ftp://x", every_seconds=60).status_code == 422


@pytest.fixture
def strangers(tenant: Tenant) -> list[tuple[Client, int]]:
    other = make_tenant()
    return [
        (Client(), 401),
        (client_with(make_key(tenant, "operate")), 403),
        (client_with(make_key(tenant, "admin", bounds=Bounds(clients=("one",)))), 403),
        (client_with(make_key(other, "admin")), 404),
    ]


def test_strangers_change_and_see_nothing(
    strangers: list[tuple[Client, int]], tenant: Tenant
) -> None:
    rule = set_hook().rule
    delivery = services.test_rule(rule.pk, by=SYSTEM, now=NOW)
    beat = services.set_heartbeat(url=HOOK, every_seconds=60, by=SYSTEM, now=NOW)
    for client, status in strangers:
        answers = [
            client.delete(f"/api/v1/notification-rules/{rule.pk}"),
            post(client, f"/notification-rules/{rule.pk}/test"),
            post(client, f"/deliveries/{delivery.pk}/send-again"),
            client.delete(f"/api/v1/heartbeats/{beat.pk}"),
        ]
        assert [answer.status_code for answer in answers] == [status] * 4
        for path in ("notification-rules", "deliveries", "heartbeats"):
            listed = client.get(f"/api/v1/{path}")
            assert listed.status_code == (200 if status == 404 else status)
            assert listed.json().get("items", []) == []
    assert NotificationRule.objects.filter(pk=rule.pk).exists()
