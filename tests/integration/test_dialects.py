"""What each tool sends, by HTTP to a running floor: its alert fires, and its end ends it."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone

from tests.integration.brokers import bridge, broker, publish
from tests.integration.floor import PATIENCE, Floor
from tests.make import bearer, make_integration, make_key, make_tenant
from tests.noc.intake.payloads import payload
from tests.processes import happens_within
from tests.running import free_port

FAR = "2126-03-02T02:13:11.153Z"
ZABBIX = {
    "alert_type": "item.name",
    "severity": "item.severity",
    "status": "item.status",
    "entity_id": "item.host",
    "message": "item.message",
    "timestamp": "item.lastReceived | replace('.', '-')",
    "dedup_key": "item.triggerId",
}


@dataclass(frozen=True)
class Tool:
    """Where a tool posts, what it was heard to say, and what its alert is."""

    address: str
    firing: str
    resolved: str
    alert_type: str
    site: str


TOOLS = [
    Tool("api/v2/alerts", "prometheus/firing", "prometheus/resolved", "NodeDown", "S017"),
    Tool("ingest/alertmanager", "alertmanager/firing", "alertmanager/resolved", "NodeDown", "S017"),
    Tool("ingest/grafana", "grafana/firing", "grafana/resolved", "Cold room too warm", "S003"),
    Tool("ingest/grafana", "grafana/alerting_v8", "grafana/ok_v8", "Cold room too warm", "S003"),
    Tool("v2/enqueue", "pagerduty/trigger", "pagerduty/resolve", "CAMERA_LOSS", "S017"),
    Tool("ingest/json/zabbix", "zabbix/problem", "zabbix/resolved", "UPS on battery", ""),
]


class Heard:
    """A tenant with a key for one tool, and what has become of what the tool said."""

    def __init__(self, floor: Floor) -> None:
        self.floor, self.tenant = floor, make_tenant()
        self.integration = make_integration(self.tenant)
        self.key = make_key(self.tenant, integration=self.integration)
        self.admin = make_key(self.tenant, "read", "admin")

    def say(self, address: str, body: Any, *, in_path: bool) -> None:
        key, path = ("", f"/k/{self.key}/{address}") if in_path else (self.key, f"/{address}")
        answer = self.floor.post(key, body, path)
        assert answer.status_code in {200, 202}, answer.text
        self.floor.work_off(self.tenant.id)

    def alerts(self, **filters: str) -> list[dict[str, Any]]:
        url = f"{self.floor.url}/api/v1/alerts"
        answer = httpx.get(url, params=filters, headers=bearer(self.admin))
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def teach_zabbix(self) -> None:
        url = f"{self.floor.url}/api/v1/mappings/zabbix"
        made = httpx.put(url, json={"items": "", "fields": ZABBIX}, headers=bearer(self.admin))
        assert made.status_code == 200, made.text


@pytest.mark.parametrize("in_path", [False, True], ids=["key in a header", "key in the address"])
@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.firing)
def test_the_alert_fires_once_and_resolves(floor: Floor, tool: Tool, in_path: bool) -> None:
    heard = Heard(floor)
    if tool.address == "ingest/json/zabbix":
        heard.teach_zabbix()
    firing, resolved = (_body(name, heard.key) for name in (tool.firing, tool.resolved))

    heard.say(tool.address, firing, in_path=in_path)
    began = heard.alerts(alert_type=tool.alert_type, signal="firing")
    heard.say(tool.address, resolved, in_path=in_path)
    ended = heard.alerts(alert_type=tool.alert_type)

    assert {alert["id"] for alert in began} == {alert["id"] for alert in ended}
    assert {(alert["signal"], alert["occurrence_count"]) for alert in ended} == {("resolved", 1)}
    assert tool.site in {alert["site"] for alert in ended}
    assert all(alert["incident_id"] for alert in ended)


@pytest.mark.parametrize("tool", TOOLS[1:3], ids=lambda tool: tool.firing)
def test_peers_that_say_the_same_count_once(floor: Floor, tool: Tool) -> None:
    heard = Heard(floor)
    for _ in range(3):
        heard.say(tool.address, _body(tool.firing, heard.key), in_path=False)

    assert {alert["occurrence_count"] for alert in heard.alerts()} == {1}


def test_prometheus_keeps_an_alert_alive_by_sending_it_again(floor: Floor) -> None:
    heard, began = Heard(floor), timezone.now().replace(microsecond=0)

    heard.say("api/v2/alerts", _pushed(began, lasting=5), in_path=False)
    [alert] = heard.alerts(signal="firing")
    heard.say("api/v2/alerts", _pushed(began, lasting=7), in_path=False)
    [again] = heard.alerts(signal="firing")
    expired = happens_within(lambda: bool(heard.alerts(signal="expired")), seconds=PATIENCE)

    assert expired
    [over] = heard.alerts()
    assert alert["id"] == again["id"] == over["id"]
    assert over["occurrence_count"] == 1
    assert _time(alert["expires_at"]) == began + timedelta(seconds=5)
    assert _time(again["expires_at"]) == began + timedelta(seconds=7)
    assert _time(over["resolved_at"]) == began + timedelta(seconds=7)


def test_a_key_in_an_address_of_no_dialect_opens_nothing(floor: Floor) -> None:
    key = make_key(make_tenant(), "ingest", "read")

    answers = [httpx.get(f"{floor.url}/k/{key}/api/v1/{noun}") for noun in ("alerts", "incidents")]

    assert [answer.status_code for answer in answers] == [405, 404]


def _body(name: str, key: str) -> Any:
    """Return what the tool sent; ends that were yet to come when it did are yet to come."""
    body = json.loads(payload(name))
    if name == "prometheus/firing":
        return [{**alert, "endsAt": FAR} for alert in body]
    return {**body, "routing_key": key} if name.startswith("pagerduty/") else body


def _pushed(began: datetime, *, lasting: float) -> list[dict[str, Any]]:
    [alert, _] = json.loads(payload("prometheus/firing"))
    ends_at = began + timedelta(seconds=lasting)
    return [{**alert, "startsAt": began.isoformat(), "endsAt": ends_at.isoformat()}]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_what_devices_publish_to_a_broker_is_taken_and_kept_by_it_while_the_floor_is_away(
    floor: Floor, tmp_path: Path
) -> None:
    tenant = make_tenant()
    key = make_key(tenant)
    kept = """SELECT (SELECT count(*) FROM vitals_devicebeat WHERE tenant_id = %(tenant)s)
                   + 10 * (SELECT count(*) FROM activity_position WHERE tenant_id = %(tenant)s)"""
    fix = {"ts": "2026-03-02T06:00:00Z", "person": "G7", "lat": 52.5, "lon": 13.4}
    with broker(tmp_path) as port:
        publish(port)
        with bridge(port, f"http://127.0.0.1:{free_port()}", key) as nowhere:
            publish(
                port,
                ("watchfloor/heartbeats/cam-1", {"ts": "2026-03-02T06:00:00Z", "bat": 90}),
                ("watchfloor/heartbeats", [{"ts": "2026-03-02T06:00:01Z", "device": "cam-2"}]),
                ("watchfloor/positions/phone-1", fix),
                ("watchfloor/positions/phone-1", fix),
                ("watchfloor/heartbeats/cam-3", b"not JSON"),
                ("watchfloor/nothing/cam-4", {}),
            )
            nowhere.send_signal(signal.SIGTERM)
        with bridge(port, floor.url, key) as taken:
            arrived = happens_within(
                lambda: floor.database.number(kept, tenant=tenant.id) == 12, seconds=PATIENCE
            )
            taken.send_signal(signal.SIGTERM)
            assert taken.wait(PATIENCE) == 0
            assert arrived, floor.running.words_of("pipeline")
        with bridge(port, floor.url, "wf_wrong") as wrong:
            publish(port, ("watchfloor/heartbeats/cam-1", {}))
            assert "does not know this key" in wrong.communicate(timeout=PATIENCE)[1]
