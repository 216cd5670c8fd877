"""The doors for events of the operation: what is accepted, once, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections, transaction

from tests.noc.intake.sender import Sender
from watchfloor.aiops.operation.events import STREAMS, Beat, LeaveNotice, Reading
from watchfloor.aiops.operation.stored import Arrived, decode
from watchfloor.noc.intake.models import IntakeRecord, Lane
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.tenancy.context import tenant_scope

pytestmark = pytest.mark.asyncio
Floor = Callable[..., Any]
LEAVE = {"ts": 1767592800, "kind": "leave_notice", "shift": "S1-day", "person": "P1"}
PUNCH = {"ts": 1767592800, "kind": "check_in", "site": "S1", "person": "P1"}
BEAT = {"ts": 1767592800, "device": "cam-1", "site": "S1", "loss": 0.4}


async def kept(sender: Sender) -> list[tuple[int, Arrived]]:
    """Return what waits of the sender's tenant, with the lanes."""

    def read() -> list[tuple[int, Arrived]]:
        with tenant_scope(sender.tenant.id), transaction.atomic():
            rows = IntakeRecord.objects.filter(tenant_id=sender.tenant.id).order_by("event_id")
            found = [(row.lane, decode(bytes(row.body))) for row in rows]
        connections.close_all()
        return found

    return await sync_to_async(read)()


async def test_an_accepted_event_is_on_disk_in_a_lane_of_its_own(floor: Floor) -> None:
    async with floor() as sender:
        reply = await sender.post([BEAT, {**BEAT, "loss": "much"}], "/api/v1/events/heartbeats")
        [(lane, arrived)] = await kept(sender)

    assert reply.status_code == 202
    answer = reply.json()
    assert (answer["accepted"], answer["rejected"][0]["index"]) == (1, 1)
    [fault] = answer["rejected"][0]["errors"]
    assert fault == {"pointer": "/loss", "message": "loss: expected a number, got text"}
    assert answer["events"][0]["event_id"].replace("-", "") == arrived.event_id
    assert (lane, arrived.stream, arrived.integration) == (
        Lane.EVENT,
        "heartbeats",
        sender.integration,
    )
    assert isinstance(arrived.event, Beat)
    assert not arrived.is_history


async def test_the_same_event_counts_once_and_is_answered_alike(floor: Floor) -> None:
    """By its id, by its request, or by what it says; a beat by device and time, at its record."""
    roster, beats = "/api/v1/events/roster", "/api/v1/events/heartbeats"
    async with floor() as sender:
        for bodies in (
            [{**LEAVE, "id": "L1"}, {**LEAVE, "id": "L1", "reason": "ill"}],
            [LEAVE, LEAVE],
        ):
            first, again = [(await sender.post(body, roster)).json() for body in bodies]
            assert first["events"] == again["events"]
        named = [(await sender.post(BEAT, beats, Idempotency_Key="k")).json() for _ in range(2)]
        assert named[0]["events"] == named[1]["events"]
        found = await kept(sender)

    assert [type(arrived.event) for _, arrived in found] == [LeaveNotice, LeaveNotice, Beat]


async def test_a_life_safety_reading_goes_before_all_others(floor: Floor) -> None:
    smoke = {"ts": 1767592800, "device": "d", "kind": "smoke", "state": "DETECTED"}
    async with floor() as sender:
        await sender.post([{**smoke, "kind": "DOOR"}, smoke], "/api/v1/events/sensors")
        await sender.post({**smoke, "id": "old"}, "/api/v1/events/sensors?history=true")
        unsure = await sender.post({**smoke, "id": "?"}, "/api/v1/events/sensors?history=yes")
        lanes = [(lane, arrived.is_history) for lane, arrived in await kept(sender)]

    assert lanes == [
        (Lane.EVENT, False),
        (Lane.EVENT_LIFE_SAFETY, False),
        (Lane.HISTORY, True),
    ]
    assert (unsure.status_code, unsure.json()["message"]) == (
        400, "history: send true, or leave it out"
    )  # fmt: skip


async def test_who_is_in_danger_is_heard_whatever_else_the_device_says(floor: Floor) -> None:
    """A button without a clock, with nonsense beside what it says, that counts from one again."""
    panic = {"device": "button-1", "kind": "PANIC", "id": "1"}
    odd = {"ts": "half past", "value": 1e300, "area": 5, "person": "x" * 101, "state": "a\x00b"}
    async with floor() as sender:
        for told in (panic, panic | odd, {**panic, "ts": 1767592800}, {**panic, "ts": 1767592900}):
            assert (await sender.post(told, "/api/v1/events/sensors")).status_code == 202
        found = await kept(sender)
        lost = await sender.post({"kind": "PANIC"}, "/api/v1/events/sensors")

    assert [lane for lane, _ in found] == [Lane.EVENT_LIFE_SAFETY] * 4
    timeless, strange, *_ = [arrived for _, arrived in found]
    assert timeless.event.ts == timeless.received_at
    assert isinstance(strange.event, Reading)
    assert (strange.event.state, strange.event.value, strange.event.area) == ("a\ufffdb", None, "")
    assert lost.json()["rejected"][0]["errors"][0]["pointer"] == "/device"


async def test_what_no_column_and_no_clock_can_hold_is_refused_by_its_field(floor: Floor) -> None:
    ticket = {"ts": 1767592800, "ticket": "T1", "state": "OPEN"}
    shift = {"ts": 1767592800, "kind": "roster", "shift": "A", "site": "S1", "required": 1}
    bad = {
        "tickets": [
            (ticket | {"sla_minutes": 1e308}, "/sla_minutes"),
            (ticket | {"reassign": 10**30}, "/reassign"),
            (ticket | {"state": "  "}, "/state"),
        ],
        "roster": [
            (shift | {"start": 1767592800, "end": 1767592800 - 60}, "/end"),
            (shift | {"start": 1767592800, "end": 1767592800 + 90 * 86400}, "/end"),
        ],
        "sensors": [({"ts": 1767592800, "device": "d", "kind": "HEAT?", "value": "inf"}, "/value")],
        "attendance": [(PUNCH | {"accuracy": "inf"}, "/accuracy")],
    }
    async with floor() as sender:
        for stream, items in bad.items():
            reply = await sender.post([item for item, _ in items], f"/api/v1/events/{stream}")
            faults = [one["errors"][0]["pointer"] for one in reply.json()["rejected"]]
            assert faults == [pointer for _, pointer in items]
        assert await kept(sender) == []


async def test_a_priority_that_nobody_knows_is_refused_and_one_in_other_words_is_read(
    floor: Floor,
) -> None:
    ticket = {"ts": 1767592800, "ticket": "K1", "state": "open"}
    said = ["banana", 2, "P1", "2 - High", "highest", "", None]
    async with floor() as sender:
        tickets = [{**ticket, "id": f"t{n}", "priority": one} for n, one in enumerate(said)]
        reply = (await sender.post(tickets, "/api/v1/events/tickets")).json()
        order = {"ts": 1767592800, "work_order": "W1", "state": "open", "priority": "soon"}
        refused = (await sender.post(order, "/api/v1/events/work_orders")).json()
        many = await sender.post([0] * 50_001, "/api/v1/events/tickets")

    [fault] = [one["errors"][0] for one in reply["rejected"]]
    assert (reply["accepted"], fault["pointer"]) == (6, "/priority")
    assert fault["message"].startswith("priority: 'banana' is not known: send P1 to P4")
    assert refused["rejected"][0]["errors"][0]["pointer"] == "/priority"
    assert (many.status_code, many.json()["message"]) == (
        413, "50001 events in one body: send at most 50000 at a time"
    )  # fmt: skip


async def test_a_gateway_may_send_all_streams_through_one_door_in_order(floor: Floor) -> None:
    items = [{**BEAT, "stream": "heartbeats"}, {**LEAVE, "stream": "roster"}, BEAT, {"stream": "x"}]
    async with floor() as sender:
        reply = await sender.post(items, "/api/v1/events")
        streams = [arrived.stream for _, arrived in await kept(sender)]
    assert streams == ["heartbeats", "roster"]
    faults = [(one["index"], one["errors"][0]["pointer"]) for one in reply.json()["rejected"]]
    assert faults == [(2, "/stream"), (3, "/stream")]


async def test_who_may_not_send_is_refused(floor: Floor) -> None:
    async with floor() as sender:
        for stream in STREAMS:
            path = f"/api/v1/events/{stream}"
            assert (await sender.post(BEAT, path, Authorization="Bearer nobody")).status_code == 401
            assert (await sender.client.get(path)).status_code == 405
        nowhere = await sender.post(BEAT, "/api/v1/events/nothing")
        assert (nowhere.status_code, "heartbeats" in nowhere.json()["message"]) == (404, True)
    async with floor(None, "read") as reader:
        assert (await reader.post(BEAT, "/api/v1/events/heartbeats")).status_code == 403
        assert await kept(reader) == []


async def test_a_key_speaks_of_its_own_sites_only(floor: Floor) -> None:
    async with floor(None, bounds=Bounds(sites=("S1",))) as sender:
        bodies = [BEAT, {**BEAT, "site": "S2"}, {"ts": 1767592800, "device": "cam-1"}]
        reply = await sender.post(bodies, "/api/v1/events/heartbeats")
        assert len(await kept(sender)) == 1
    assert [one["errors"][0]["pointer"] for one in reply.json()["rejected"]] == ["/site", "/site"]
    async with floor(None, bounds=Bounds(clients=("C1",))) as sender:
        reply = await sender.post(BEAT, "/api/v1/events/heartbeats")
    assert reply.status_code == 400
    assert "bind it to sites" in reply.json()["message"]
