"""Who may send, how a key is shown, and what lies outside its bounds."""

import asyncio
import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from tests.make import NOW, make_key, make_tenant
from tests.noc.intake.conftest import django
from tests.noc.intake.sender import Sender, alert
from tests.noc.intake.server import serving
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.noc.intake.endpoint import mount
from watchfloor.noc.intake.rates import Rates
from watchfloor.platform.accounts import places
from watchfloor.platform.accounts.keys import KeyInfo, KeyRing, hashed
from watchfloor.platform.accounts.models import ApiKey
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.connect import parameters
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

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


@sync_to_async
def tree(tenant: Tenant, parents: dict[str, str | None]) -> None:
    """Import sites, each called "Site CODE" too, below their parents."""
    rows = [{"code": code, "name": f"Site {code}", "parent": up} for code, up in parents.items()]
    with tenant_scope(tenant.id):
        inventory.import_inventory({InventoryKind.SITE: rows}, by=SYSTEM, now=NOW)
    connections.close_all()


@pytest.mark.asyncio
async def test_a_key_of_a_site_sends_for_those_below_it_and_for_no_sibling(floor: Floor) -> None:
    async with floor(bounds=Bounds(sites=("HQ",))) as sender:
        await tree(sender.tenant, {"TOP": None, "HQ": "TOP", "WING": "HQ", "ATTIC": "WING"})
        await tree(sender.tenant, {"TOP": None, "ANNEX": "TOP", "SHED": "ANNEX"})
        await soon(sender, "ATTIC")

        for inside in ("HQ", "Site HQ", "WING", "ATTIC", " Site ATTIC "):
            assert (await sender.post(alert(site=inside))).status_code == 202, inside
        for outside in ("TOP", "ANNEX", "SHED", "Site SHED", "attic", "ATTICS", ""):
            assert (await sender.post(alert(site=outside))).status_code == 400, outside


@pytest.mark.asyncio
async def test_a_site_that_moves_away_is_no_longer_the_keys(floor: Floor) -> None:
    async with floor(bounds=Bounds(sites=("HQ",))) as sender:
        await tree(sender.tenant, {"HQ": None, "ANNEX": None, "WING": "HQ"})
        await soon(sender, "WING")
        await tree(sender.tenant, {"WING": "ANNEX"})

        await soon(sender, "WING", status=400)


@pytest.mark.asyncio
async def test_a_name_that_means_a_site_elsewhere_too_is_not_taken_for_the_one_below(
    floor: Floor,
) -> None:
    async with floor(bounds=Bounds(sites=("HQ",))) as sender:
        await tree(sender.tenant, {"HQ": None, "WING": "HQ", "01": "HQ", "Site-WING": None})
        await soon(sender, "01")

        reply = await sender.post(alert(site="Site WING"))

    assert reply.status_code == 400
    assert "send one of HQ" in reply.text


@sync_to_async
def called(tenant: Tenant, site: str, *aliases: str) -> None:
    """Say what senders call a site."""
    rows = {InventoryKind.SITE: [{"code": site, "aliases": list(aliases)}]}
    with tenant_scope(tenant.id):
        inventory.import_inventory(rows, by=SYSTEM, now=NOW)
    connections.close_all()


@pytest.mark.asyncio
async def test_a_key_of_a_site_may_use_what_senders_call_the_sites_within(floor: Floor) -> None:
    async with floor(bounds=Bounds(sites=("HQ",))) as sender:
        await tree(sender.tenant, {"HQ": None, "WING": "HQ", "ANNEX": None})
        await called(sender.tenant, "WING", "The Old Mill")
        await called(sender.tenant, "ANNEX", "The Barn")

        await soon(sender, "The Old Mill")
        assert (await sender.post(alert(site="The Barn"))).status_code == 400


@pytest.mark.asyncio
async def test_a_name_within_that_senders_use_for_a_site_elsewhere_is_not_taken(
    floor: Floor,
) -> None:
    async with floor(bounds=Bounds(sites=("HQ",))) as sender:
        await tree(sender.tenant, {"HQ": None, "WING": "HQ", "ANNEX": None})
        await soon(sender, "Site WING")
        await called(sender.tenant, "ANNEX", "site-wing")

        await soon(sender, "Site WING", status=400)
        assert (await sender.post(alert(site="site-wing"))).status_code == 400
        assert (await sender.post(alert(site="WING"))).status_code == 202


@pytest.mark.asyncio
async def test_what_another_tenants_senders_say_reaches_nothing(floor: Floor) -> None:
    async with floor(bounds=Bounds(sites=("HQ",))) as sender, floor() as other:
        await tree(other.tenant, {"HQ": None})
        await called(other.tenant, "HQ", "The Barn")
        await tree(sender.tenant, {"HQ": None, "ATTIC": "HQ"})
        await soon(sender, "ATTIC")

        assert (await sender.post(alert(site="The Barn"))).status_code == 400


def test_keys_of_sites_cost_no_query_each() -> None:
    tenant = make_tenant()
    codes = [f"S{number}" for number in range(30)]
    with tenant_scope(tenant.id):
        rows = [{"code": code} for code in codes]
        inventory.import_inventory({InventoryKind.SITE: rows}, by=SYSTEM, now=NOW)
    asked = [(tenant.id, frozenset({code})) for code in codes]
    sent: list[str] = []

    class Listening(psycopg.Connection[Any]):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            sent.append(query)
            return super().execute(query, *args, **kwargs)

    with Listening.connect(**parameters("system"), autocommit=True) as connection:
        first = places.names_within(connection, asked)
        many = len(sent)
        again = places.names_within(connection, asked)

    assert (many, len(sent) - many) == (3, 1)
    assert first == again == {bound: bound[1] for bound in asked}


@pytest.mark.asyncio
async def test_another_tenants_tree_reaches_nothing(floor: Floor) -> None:
    async with floor(bounds=Bounds(sites=("HQ",))) as sender, floor() as other:
        await tree(other.tenant, {"HQ": None, "WING": "HQ"})
        await tree(sender.tenant, {"HQ": None, "ATTIC": "HQ"})
        await soon(sender, "ATTIC")

        assert (await sender.post(alert(site="WING"))).status_code == 400


async def soon(sender: Sender, site: str, *, status: int = 202) -> None:
    """Wait until every process has heard of the change, as it must within seconds."""
    for _ in range(100):
        if (await sender.post(alert(site=site))).status_code == status:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{site} is not answered with {status}")


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
