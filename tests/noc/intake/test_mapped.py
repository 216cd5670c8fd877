"""Any JSON by a stored template: Zabbix, and whatever else a tenant has."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from tests.make import NOW, make_tenant
from tests.noc.intake.payloads import payload
from tests.noc.intake.sender import alert
from watchfloor.aiops.correlation.fingerprint import fingerprint
from watchfloor.aiops.types import Severity, Signal
from watchfloor.noc.intake import services
from watchfloor.noc.intake.expressions import ExpressionError, compiled
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

Floor = Callable[..., Any]
ZABBIX = {
    "alert_type": "item.name",
    "id": "item.id",
    "severity": "item.severity",
    "status": "item.status",
    "entity_type": "'host'",
    "entity_id": "item.host",
    "message": "item.message",
    "timestamp": "item.lastReceived | replace('.', '-')",
    "dedup_key": "item.triggerId",
    "labels.ip": "item.hostIp | default('')",
    "labels.power": "'yes' if item.tags[0].value == 'power' else 'no'",
}


@sync_to_async
def save(tenant: Tenant, name: str, fields: dict[str, str], items: str = "") -> None:
    with tenant_scope(tenant.id):
        services.save_mapping(name, items=items, fields=fields, by=SYSTEM, now=NOW)
    connections.close_all()


@pytest.mark.asyncio
async def test_zabbix_by_template_and_its_recovery(floor: Floor) -> None:
    async with floor() as sender:
        await save(sender.tenant, "zabbix", ZABBIX)
        for name in ("zabbix/problem", "zabbix/resolved"):
            reply = await sender.post(payload(name), "/ingest/json/zabbix")
            assert reply.status_code == 202
        problem, resolved = await sender.counted()
    assert fingerprint(problem) == fingerprint(resolved)
    assert (problem.alert_type, problem.entity_id) == ("UPS on battery", "ups-s021")
    assert (problem.severity, resolved.status) == (Severity.HIGH, Signal.RESOLVED)
    assert problem.timestamp == 1772417340
    assert problem.labels == {"ip": "192.0.2.21", "power": "yes"}


@pytest.mark.asyncio
async def test_a_list_inside_the_body_and_what_has_no_value(floor: Floor) -> None:
    body = {"at": 1772417340, "data": {"rows": [{"t": "A"}, {"x": 1}, 5, {"t": ["A"]}]}}
    async with floor() as sender:
        await save(
            sender.tenant, "rows", {"alert_type": "item.t", "timestamp": "body.at"}, "data.rows"
        )
        reply = await sender.post(body, "/ingest/json/rows")
        elsewhere = await sender.post({"data": 5}, "/ingest/json/rows")
        [report] = await sender.stored()
    rejected = {r["index"]: r["errors"][0]["message"] for r in reply.json()["rejected"]}
    assert (report.alert_type, report.timestamp) == ("A", 1772417340)
    assert list(rejected) == [1, 2, 3]
    assert "has no attribute 't'" in rejected[1]
    assert elsewhere.status_code == 400
    assert "data.rows" in elsewhere.text


@pytest.mark.asyncio
async def test_templates_of_others_are_not_found(floor: Floor) -> None:
    async with floor() as sender, floor() as other:
        await save(other.tenant, "mine", {"alert_type": "item.t"})
        reply = await sender.post({"t": "A"}, "/ingest/json/mine")
        nobody = await sender.client.post("/ingest/json/mine", json={"t": "A"})
    assert (reply.status_code, nobody.status_code) == (404, 401)


@pytest.mark.asyncio
async def test_a_tenants_own_danger_takes_the_urgent_lane(floor: Floor) -> None:
    async with floor() as sender:
        await sync_to_async(name_own_danger)(sender.tenant)
        await sender.post(alert(), "/ingest/json/none")  # looks the settings up
        reply = await sender.post(alert(alert_type="lone worker", timestamp="soon"))
        assert await sender.urgent() == ["lone worker"]
        [report] = await sender.stored()
    assert reply.status_code == 202
    assert report.labels == {"timestamp_given": "soon"}


def name_own_danger(tenant: Tenant) -> None:
    tenant.settings = {"alerts": {"life_safety_types": ["Lone-Worker"]}}
    tenant.save(using="system")
    connections.close_all()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "alert_type"),
        ({"alert_type": "item.t", "colour": "item.c"}, "colour"),
        ({"alert_type": "item."}, "alert_type"),
        ({"alert_type": "item.t", "message": "item.m.format(1)"}, "message"),
        ({"alert_type": "item.t", "message": "range(9)"}, "message"),
        ({"alert_type": "item.t", "message": "2 ** 9"}, "message"),
        ({"alert_type": "item.t", "message": "item.a ~ item.b"}, "message"),
        ({"alert_type": "item.t", "message": "item.m | pprint"}, "message"),
        ({"alert_type": "item.t", "message": "item.m | " + "(" * 300 + ")" * 300}, "message"),
        ({"alert_type": "x" * 501}, "alert_type"),
        ({"alert_type": "item.t"} | {f"labels.{n}": "item.t" for n in range(70)}, "fields"),
    ],
)
def test_a_template_that_cannot_work_is_refused_when_it_is_saved(
    fields: dict[str, str], named: str
) -> None:
    with tenant_scope(make_tenant().id), pytest.raises(Invalid) as refused:
        services.save_mapping("bad", items="", fields=fields, by=SYSTEM, now=NOW)
    assert f"'{named}':" in str(refused.value.details["fields"])


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("item.a + '-' + (item.n | string)", "x-7"),
        ("item.n * 2 + 1", 15),
        ("item.missing | default('none')", "none"),
        ("item['a'] | upper", "X"),
        ("item.list | join('/')", "1/2"),
        ("item.list", [1, 2]),
        ("none", None),
    ],
)
def test_expressions(source: str, value: object) -> None:
    assert compiled(source)({"item": {"a": "x", "n": 7, "list": [1, 2]}, "body": {}}) == value


@pytest.mark.parametrize(
    "source",
    [
        "item.missing",
        "item.a * 1000000000",
        "item.list * 1000000000",
        "'%9999999d' % 5",
        "item.a.__class__",
        "item.items",
        "item.a | replace('', 'xx')",
        "item.long + item.long",
        "item.long | replace('x', 'yyyyyyyyyy')",
        "item.n / 0",
        "item.a < 5",
        "item.a | int + 'x'",
    ],
)
def test_expressions_cannot_grow_or_reach_out(source: str) -> None:
    item = {"a": "x", "n": 7, "list": [1, 2], "long": "x" * 60_000}
    with pytest.raises(ExpressionError):
        compiled(source)({"item": item, "body": {}})


def test_a_preview_shows_and_keeps_nothing() -> None:
    with tenant_scope(make_tenant().id):
        shown = services.preview(items="", fields=ZABBIX, body=payload("zabbix/problem"), now=NOW)
        [told] = shown.alerts
        bad = services.preview(items="", fields=ZABBIX, body=b"{}", now=NOW)
        with pytest.raises(Invalid):
            services.preview(items="x", fields=ZABBIX, body=b"{}", now=NOW)
    assert (told["alert_type"], told["severity"]) == ("UPS on battery", "HIGH")
    assert len(bad.rejected[0]["errors"]) == 9
    assert json.loads(payload("zabbix/problem"))["id"] == told["id"]
