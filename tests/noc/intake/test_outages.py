"""A database that is away, a full queue, many senders at once: 503, and nothing lost."""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from tests.noc.intake.sender import alert
from watchfloor.noc.intake.endpoint import Intake
from watchfloor.noc.intake.flusher import RESERVE_ROWS, Flusher

pytestmark = pytest.mark.asyncio
Floor = Callable[..., Any]
NOWHERE = "postgresql://wf_intake@/watchfloor?host=/nowhere"


def point(intake: Intake, dsn: str) -> None:
    for line in (intake._flusher.urgent, intake._flusher.bulk):
        line.store._dsn = dsn


async def test_while_the_database_is_away_senders_are_told_to_come_back(floor: Floor) -> None:
    async with floor() as sender:
        point(sender.intake, NOWHERE)
        away = [await sender.post(alert(id=str(n))) for n in range(3)]
        danger = await sender.post(alert(alert_type="PANIC"))
        point(sender.intake, settings.WATCHFLOOR_DB_INTAKE)
        await asyncio.sleep(0.6)
        back = await sender.post(alert(id="1"))
        assert len(await sender.stored()) == 1
    assert {reply.status_code for reply in (*away, danger)} == {503}
    assert away[0].headers["retry-after"] == "1"
    assert back.status_code == 202


async def test_a_connection_that_was_cut_is_opened_again(floor: Floor) -> None:
    async with floor() as sender:
        await sender.post(alert(id="before"))
        await sync_to_async(cut_connections)()
        replies = []
        for _ in range(20):
            replies.append(await sender.post(alert(id="after")))
            if replies[-1].status_code == 202:
                break
            await asyncio.sleep(0.2)
        counted = [report.sender_id for report in await sender.counted()]
    assert {reply.status_code for reply in replies} <= {202, 503}
    assert counted == ["before", "after"]


def cut_connections() -> None:
    """End the intake's sessions as a restart of the server would; a role may end its own."""
    with psycopg.connect(settings.WATCHFLOOR_DB_INTAKE, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = current_user AND pid <> pg_backend_pid()"
            " AND datname = current_database()"
        )


async def test_life_safety_passes_a_full_queue(floor: Floor) -> None:
    async with floor() as sender:
        sender.intake._flusher = Flusher(settings.WATCHFLOOR_DB_INTAKE, queue_rows=100)
        flood = [sender.post([alert()] * 90) for _ in range(12)]
        danger = [sender.post(alert(alert_type="panic")) for _ in range(20)]
        replies = await asyncio.gather(*flood, *danger)
        stored = await sender.counted()
    statuses = [reply.status_code for reply in replies]
    assert 503 in statuses[:12], "the queue was full"
    assert statuses[12:] == [202] * 20
    assert sum(report.alert_type == "panic" for report in stored) == 20
    assert len(stored) == 90 * statuses[:12].count(202) + 20
    assert RESERVE_ROWS >= 1_000


async def test_life_safety_passes_a_body_larger_than_the_queue(floor: Floor) -> None:
    async with floor() as sender:
        sender.intake._flusher = Flusher(settings.WATCHFLOOR_DB_INTAKE, queue_rows=100)
        huge = asyncio.create_task(sender.post([alert()] * 8_000))
        while not sender.intake._flusher.bulk.rows:
            await asyncio.sleep(0)
        danger, other = await asyncio.gather(
            sender.post(alert(alert_type="panic")), sender.post(alert())
        )
        assert (await huge).status_code == 202
    assert (danger.status_code, other.status_code) == (202, 503)


async def test_a_body_larger_than_the_queue_passes_an_empty_one(floor: Floor) -> None:
    async with floor() as sender:
        sender.intake._flusher = Flusher(settings.WATCHFLOOR_DB_INTAKE, queue_rows=100)
        reply = await sender.post([alert()] * 3_000)
        assert len(await sender.stored()) == reply.json()["accepted"] == 3_000


async def test_a_panic_in_a_large_body_is_in_the_urgent_lane(floor: Floor) -> None:
    async with floor() as sender:
        body = [alert(id=str(n)) for n in range(500)]
        body[250]["alert_type"] = "SOS"
        reply = await sender.post(body)
        assert reply.json()["accepted"] == len(await sender.stored()) == 500
        assert await sender.urgent() == ["SOS"]
        ids = [event["event_id"] for event in reply.json()["events"]]
    assert ids == sorted(ids), "told in the order of the body"


async def test_fifty_senders_at_once_lose_nothing(floor: Floor) -> None:
    async with floor() as sender:
        bodies = [[alert(id=f"{n}-{m % 40}") for m in range(50)] for n in range(50)]
        replies = await asyncio.gather(*(sender.post(body) for body in bodies))
        counted, stored = await sender.counted(), await sender.stored()
    assert {reply.status_code for reply in replies} == {202}
    assert (len(counted), len(stored)) == (50 * 40, 50 * 50)
    told = {event["event_id"] for reply in replies for event in reply.json()["events"]}
    assert told == {str_of(report.event_id) for report in counted}


def str_of(hex_id: str) -> str:
    return "-".join((hex_id[:8], hex_id[8:12], hex_id[12:16], hex_id[16:20], hex_id[20:]))
