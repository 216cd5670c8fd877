"""A user changes only URL and key: each tool's payload, its resolved twin and its answer."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.noc.intake.payloads import payload
from tests.noc.intake.sender import Sender
from watchfloor.aiops.correlation.fingerprint import fingerprint
from watchfloor.aiops.types import Severity, Signal

pytestmark = pytest.mark.asyncio
Floor = Callable[..., Any]


def soon(body: bytes, **fields: Any) -> bytes:
    """Return a push of Prometheus with fields of every alert replaced; None takes one away."""
    alerts = json.loads(body)
    for alert in alerts:
        alert |= fields
        for name in [name for name, value in fields.items() if value is None]:
            del alert[name]
    return json.dumps(alerts).encode()


FAR = "2126-03-02T02:13:11.153Z"


async def test_prometheus_is_answered_as_by_an_alertmanager(floor: Floor) -> None:
    body = soon(payload("prometheus/firing"), endsAt=FAR)
    async with floor() as sender:
        replies = [await sender.post(body, "/api/v2/alerts") for _ in range(3)]
        down, panic = await sender.counted()
        assert set(await sender.urgent()) == {"PANIC"}
        touches = [r for r in await sender.stored() if r.is_touch]

    assert [(r.status_code, r.content) for r in replies] == [(200, b"")] * 3
    assert (down.alert_type, down.entity_id, down.site) == ("NodeDown", "nvr-017.lab:9100", "S017")
    assert (down.severity, down.severity_given) == (Severity.CRITICAL, "critical")
    assert down.message == "Recorder nvr-017 is down"
    assert down.labels["job"] == "node"
    assert down.expires_at == 4928091191.153
    assert (panic.alert_type, panic.person) == ("PANIC", "P0042")
    assert len(touches) == 4, "re-sends count nothing and move the expiry"


async def test_prometheus_without_an_end_means_five_minutes_of_silence(floor: Floor) -> None:
    async with floor() as sender:
        await sender.post(soon(payload("prometheus/firing"), endsAt=None), "/api/v2/alerts")
        down, _ = await sender.stored()
    assert (down.expires_at, down.silence, down.status) == (None, 300, Signal.FIRING)


async def test_prometheus_resolves_what_it_fired(floor: Floor) -> None:
    async with floor() as sender:
        await sender.post(soon(payload("prometheus/firing"), endsAt=FAR), "/api/v2/alerts")
        await sender.post(payload("prometheus/resolved"), "/api/v2/alerts")
        down, _, resolved = await sender.counted()
    assert (resolved.status, resolved.timestamp) == (Signal.RESOLVED, 1772417430.153)
    assert fingerprint(resolved) == fingerprint(down)


async def test_prometheus_alert_without_labels_is_refused_alone(floor: Floor) -> None:
    good = json.loads(soon(payload("prometheus/firing"), endsAt=FAR))
    async with floor() as sender:
        mixed = await sender.post([{}, *good, 7], "/api/v2/alerts")
        bad = await sender.post([{}], "/api/v2/alerts")
        shape = await sender.post({"alerts": []}, "/api/v2/alerts")
        assert len(await sender.stored()) == 2
    assert [r.status_code for r in (mixed, bad, shape)] == [200, 400, 400]


@pytest.mark.parametrize(
    ("door", "firing", "resolved", "alert_type"),
    [
        ("alertmanager", "alertmanager/firing", "alertmanager/resolved", "NodeDown"),
        ("grafana", "grafana/firing", "grafana/resolved", "Cold room too warm"),
        ("grafana", "grafana/alerting_v8", "grafana/ok_v8", "Cold room too warm"),
    ],
)
async def test_a_notification_and_its_end_meet(
    floor: Floor, door: str, firing: str, resolved: str, alert_type: str
) -> None:
    async with floor() as sender:
        for name in (firing, resolved):
            reply = await sender.post(payload(name), f"/ingest/{door}")
            assert reply.status_code == 202
        reports = await sender.counted()
    began = [r for r in reports if r.status is Signal.FIRING]
    ended = [r for r in reports if r.status is Signal.RESOLVED]
    assert {r.alert_type for r in reports} == {alert_type}
    assert [fingerprint(r) for r in began] == [fingerprint(r) for r in ended]
    assert all(r.key_is_identity and r.site for r in began)


async def test_each_peer_of_an_alertmanager_cluster_says_the_same(floor: Floor) -> None:
    async with floor() as sender:
        for _ in range(3):
            await sender.post(payload("alertmanager/firing"), "/ingest/alertmanager")
        first, second = await sender.counted()
    assert (first.dedup_key, second.dedup_key) == ("b7a1c5d6e09f8a42", "0f2d9c4b71e3a885")
    assert first.timestamp == 1772417351.153
    assert first.message == "Recorder nvr-017 is down"
    assert first.labels["runbook_url"].startswith("https://runbooks")


async def test_an_alert_that_fires_again_is_a_new_report(floor: Floor) -> None:
    again = payload("alertmanager/firing").replace(b"02:09:", b"03:09:")
    async with floor() as sender:
        await sender.post(payload("alertmanager/firing"), "/ingest/alertmanager")
        await sender.post(again, "/ingest/alertmanager")
        assert len(await sender.counted()) == 4


async def test_a_custom_template_may_leave_fields_out(floor: Floor) -> None:
    async with floor() as sender:
        reply = await sender.post(
            {"alerts": [{"labels": {"alertname": "X"}}]}, "/ingest/alertmanager"
        )
        [report] = await sender.stored()
    assert (reply.status_code, report.alert_type, report.identity) == (202, "X", None)


async def test_grafana_keeps_links_and_values(floor: Floor) -> None:
    async with floor() as sender:
        await sender.post(payload("grafana/firing"), "/ingest/grafana")
        [report] = await sender.stored()
    assert report.labels["value_B"] == "9.4"
    assert report.labels["panelURL"].endswith("viewPanel=2")
    assert (report.severity, report.severity_given) == (Severity.HIGH, "P2")


async def test_labels_name_the_danger_in_every_dialect(floor: Floor) -> None:
    alerts = [{"labels": {"alertname": "man-down", "guard": "P1"}, "startsAt": {}}]
    async with floor() as sender:
        reply = await sender.post({"alerts": alerts}, "/ingest/alertmanager")
        [report] = await sender.stored()
    assert reply.status_code == 202
    assert (report.person, report.labels["startsAt_given"]) == ("P1", "{}")


def event(sender: Sender, name: str, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(payload(f"pagerduty/{name}"))
    return {**body, "routing_key": sender.key, **fields}


async def enqueue(sender: Sender, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Send an event as PagerDuty's clients do: the key is in the body alone."""
    reply = await sender.client.post("/v2/enqueue", json=body)
    return reply.status_code, reply.json()


async def test_pagerduty_trigger_and_resolve(floor: Floor) -> None:
    async with floor() as sender:
        answers = [await enqueue(sender, event(sender, n)) for n in ("trigger", "resolve")]
        trigger, resolve = await sender.counted()
    told = {"status": "success", "message": "Event processed", "dedup_key": "samplekeyhere"}
    assert answers == [(202, told)] * 2
    assert fingerprint(trigger) == fingerprint(resolve)
    assert resolve.status is Signal.RESOLVED
    assert (trigger.alert_type, trigger.entity_id) == ("CAMERA_LOSS", "nvr-017.lab")
    assert (trigger.site, trigger.client) == ("S017", "Alder Bank")
    assert (trigger.severity, trigger.source) == (Severity.HIGH, "Video monitor")
    assert trigger.message == "Recorder nvr-017 lost 12 of 16 cameras"
    assert trigger.labels["cameras"] == '["c1","c2"]'
    assert trigger.timestamp == 1772417398.315


async def test_pagerduty_acknowledge_is_understood_and_leaves_nothing(floor: Floor) -> None:
    async with floor() as sender:
        status, told = await enqueue(sender, event(sender, "acknowledge"))
        assert await sender.stored() == []
    assert (status, told["dedup_key"]) == (202, "samplekeyhere")


async def test_pagerduty_makes_a_key_where_none_is_sent(floor: Floor) -> None:
    async with floor() as sender:
        body = event(sender, "trigger")
        del body["dedup_key"]
        (_, first), (_, second) = [await enqueue(sender, body) for _ in range(2)]
        assert len(await sender.counted()) == 2
    assert first["dedup_key"] != second["dedup_key"]


async def test_the_same_pagerduty_event_counts_once_within_a_minute(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 1_772_417_350.0  # ten seconds before a full minute
    clock = "watchfloor.noc.intake.endpoint.wall_clock"
    async with floor() as sender:
        for later in (0, 9, 15, 50, 65):
            monkeypatch.setattr(clock, lambda later=later: seconds + later)
            await enqueue(sender, event(sender, "trigger"))
        counted = await sender.counted()
    assert [r.received_at - seconds for r in counted] == [0, 65]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"event_action": "explode"}, "event_action"),
        ({"payload": None}, "payload"),
        ({"payload": {"source": "x", "severity": "info"}}, "payload.summary"),
        ({"event_action": "resolve", "dedup_key": ""}, "dedup_key"),
        ({"dedup_key": "x" * 600}, "dedup_key"),
    ],
)
async def test_a_bad_pagerduty_event_is_named_in_its_own_words(
    floor: Floor, fields: dict[str, Any], told: str
) -> None:
    async with floor() as sender:
        status, answer = await enqueue(sender, event(sender, "trigger", **fields))
        assert await sender.stored() == []
    assert (status, answer["status"]) == (400, "invalid event")
    assert told in answer["errors"][0]


async def test_pagerduty_without_a_live_key_is_refused(floor: Floor) -> None:
    async with floor() as sender:
        status, answer = await enqueue(sender, event(sender, "trigger", routing_key="a" * 32))
    assert (status, answer["status"]) == (401, "invalid event")


async def test_pagerduty_takes_no_more_than_512_kb(floor: Floor) -> None:
    async with floor() as sender:
        status, _ = await enqueue(sender, event(sender, "trigger", links=["x" * 530_000]))
    assert status == 413
