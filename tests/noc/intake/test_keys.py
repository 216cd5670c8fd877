"""Who may send, how a key is shown, and what lies outside its bounds."""

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from tests.make import make_key, make_tenant
from tests.noc.intake.conftest import django
from tests.noc.intake.sender import alert
from tests.noc.intake.server import serving
from watchfloor.noc.intake.endpoint import mount
from watchfloor.noc.intake.rates import Rates
from watchfloor.platform.accounts.keys import KeyInfo, KeyRing, hashed
from watchfloor.platform.accounts.models import ApiKey
from watchfloor.platform.accounts.senders import Bounds

Floor = Callable[..., Any]
DOORS = [
    "/api/v1/alerts", "/api/v2/alerts", "/ingest/alertmanager", "/ingest/grafana", "/v2/enqueue",
    "/ingest/json/any",
]  # fmt: skip


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"grafana:{key}".encode()).decode()


@pytest.mark.asyncio
@pytest.mark.parametrize("shown", ["Bearer {}", "bearer {}", "GenieKey {}", "basic"])
async def test_a_key_is_taken_in_every_header_that_tools_can_send(floor: Floor, shown: str) -> None:
    async with floor() as sender:
        header = basic(sender.key) if shown == "basic" else shown.format(sender.key)
        reply = await sender.post(alert(), Authorization=header)
    assert reply.status_code == 202


@pytest.mark.asyncio
@pytest.mark.parametrize("door", DOORS)
async def test_nobody_is_refused_at_every_door(floor: Floor, door: str) -> None:
    wrong = ["", "Bearer ", "Bearer " + "a" * 32, "Basic !", "Basic " + "a" * 8, "Token x"]
    async with floor() as sender:
        for header in wrong:
            reply = await sender.post(b"{}", door, Authorization=header)
            assert reply.status_code == 401, header
            assert "Bearer" in reply.headers["www-authenticate"]
        for path in (f"/k/{'a' * 32}{door}", f"/k/{door}"):
            reply = await sender.client.post(path, content=b"{}")
            assert reply.status_code == 401
        assert await sender.stored() == []


@pytest.mark.asyncio
async def test_a_key_that_may_only_read_may_not_send(floor: Floor) -> None:
    async with floor(None, "read") as sender:
        reply = await sender.post(alert())
    assert reply.status_code == 403


@pytest.mark.asyncio
async def test_a_key_in_the_address_may_do_nothing_but_send(floor: Floor) -> None:
    async with floor() as sender, floor(None, "ingest", "admin") as mighty:
        body = json.dumps(alert()).encode()
        sent = await sender.client.post(f"/k/{sender.key}/api/v1/alerts", content=body)
        refused = await mighty.client.post(f"/k/{mighty.key}/api/v1/alerts", content=body)
        elsewhere = await sender.client.get(f"/k/{sender.key}/api/v1/incidents")
    assert (sent.status_code, refused.status_code) == (202, 403)
    assert elsewhere.status_code == 299, "not the intake's: Django answers"


@pytest.mark.asyncio
async def test_doors_take_posts_only(floor: Floor) -> None:
    async with floor() as sender:
        for door in DOORS[1:]:
            reply = await sender.client.get(door)
            assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


@pytest.mark.asyncio
async def test_what_lies_outside_a_key_is_refused_alone(floor: Floor) -> None:
    bounds = Bounds(sources=("guard-app",), clients=("alder",), sites=("S1", "S2"))
    inside = alert(source="guard-app", client="alder", site="S1")
    async with floor(bounds=bounds) as sender:
        reply = await sender.post([inside, {**inside, "site": "S3"}, {**inside, "client": None}])
        alone = await sender.post({**inside, "source": "other"})
        assert len(await sender.stored()) == 1
    told = {r["index"]: r["errors"][0] for r in reply.json()["rejected"]}
    assert told[1]["pointer"] == "/site"
    assert "send one of S1, S2" in told[1]["message"]
    assert told[2]["pointer"] == "/client"
    assert alone.status_code == 400


def test_no_log_holds_a_key_of_an_address(keys: KeyRing, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="uvicorn.access")
    key = make_key(make_tenant())
    with serving(mount(django, keys=keys), access_log=True) as url:
        for path in ("api/v1/alerts", "nowhere"):
            httpx.post(f"{url}/k/{key}/{path}", json=alert())
    assert key not in caplog.text
    assert f"/k/...{key[-4:]}/api/v1/alerts" in caplog.text


@pytest.mark.asyncio
@pytest.mark.parametrize(("door", "told"), [("/api/v1/alerts", 429), ("/api/v2/alerts", 503)])
async def test_a_key_over_its_own_rate_is_told_in_a_way_its_tool_retries(
    floor: Floor, keys: KeyRing, door: str, told: int
) -> None:
    body = [{"labels": {"alertname": "X"}, "alert_type": "X"}] * 60
    async with floor() as sender:
        await limit(sender.key, 60)
        while (key := keys.find(sender.key)) is None or key.rate_per_minute is None:
            await asyncio.sleep(0.05)  # the ring hears of it within 2 s
        statuses = [(await sender.post(body, door)).status_code for _ in range(2)]
        refused = await sender.post(body, door)
        danger = await sender.post(alert(alert_type="PANIC"))
    assert statuses[1] == refused.status_code == told
    assert int(refused.headers["retry-after"]) > 0
    assert danger.status_code == 202


@sync_to_async
def limit(key: str, rate: int) -> None:
    rows = ApiKey.everybody.using("system").filter(key_hash=hashed(key))
    rows.update(rate_per_minute=rate)
    connections.close_all()


def test_a_bucket_fills_again() -> None:
    rates = Rates()
    key = KeyInfo(uuid4(), 1, 1, frozenset(), rate_per_minute=60)
    assert [rates.wait(key, 90, at) for at in (0, 1, 30, 32)] == [0, 30, 1, 0]
    assert rates.wait(replace(key, rate_per_minute=None), 10**6, 0) == 0
