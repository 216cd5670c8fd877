"""Our own format: what counts once, what is refused by index, what is taken in spite of itself."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.noc.intake.sender import Sender, alert
from watchfloor.aiops.types import Severity, Signal

pytestmark = pytest.mark.asyncio
Floor = Callable[..., Any]


async def rejections(sender: Sender, body: Any) -> tuple[int, dict[int, str]]:
    """Return the status and, for each index refused, all that is said about it."""
    reply = await sender.post(body)
    answer = reply.json()
    return reply.status_code, {
        bad["index"]: " ".join(e["message"] for e in bad["errors"]) for bad in answer["rejected"]
    }


async def test_forty_alerts_sent_eight_times_at_once_count_once_each(floor: Floor) -> None:
    body = [alert(id=f"a{n}") for n in range(40)]
    async with floor() as sender:
        replies = await asyncio.gather(*(sender.post(body) for _ in range(8)))
        counted, stored = await sender.counted(), await sender.stored()

    assert {reply.status_code for reply in replies} == {202}
    assert sorted(report.sender_id or "" for report in counted) == sorted(a["id"] for a in body)
    assert len(stored) == 320, "each repeat is kept as a touch"
    assert len({reply.text for reply in replies}) == 1, "all are answered alike"


async def test_ids_that_differ_count_each(floor: Floor) -> None:
    async with floor() as sender:
        bodies = [[alert(id=f"{copy}-{n}") for n in range(40)] for copy in range(8)]
        await asyncio.gather(*(sender.post(body) for body in bodies))
        assert len(await sender.counted()) == 320


async def test_without_an_id_each_is_a_new_report(floor: Floor) -> None:
    async with floor() as sender:
        reply = await sender.post([alert()] * 20)
        assert reply.json()["accepted"] == len(await sender.counted()) == 20


async def test_an_idempotency_key_makes_a_body_count_once(floor: Floor) -> None:
    async with floor() as sender:
        first = await sender.post([alert(), alert()], Idempotency_Key="try-1")
        second = await sender.post([alert(), alert()], Idempotency_Key="try-1")
        await sender.post([alert(), alert()], Idempotency_Key="try-2")
        assert len(await sender.counted()) == 4
    assert first.json() == second.json()


async def test_the_end_of_an_alert_may_carry_the_id_of_its_beginning(floor: Floor) -> None:
    async with floor() as sender:
        await sender.post([alert(id="7"), alert(id="7", status="resolved")])
        assert [r.status for r in await sender.counted()] == [Signal.FIRING, Signal.RESOLVED]


async def test_the_same_id_of_another_sender_is_another_report(floor: Floor) -> None:
    async with floor() as one, floor(one.tenant) as other:
        await one.post(alert(id="7"))
        await other.post(alert(id="7"))
        assert len(await one.counted()) == 2


async def test_one_bad_alert_costs_only_itself(floor: Floor) -> None:
    good = [alert(id=str(n)) for n in range(499)]
    async with floor() as sender:
        status, bad = await rejections(sender, [*good[:200], {"severity": "HIGH"}, *good[200:]])
        assert len(await sender.counted()) == 499
    assert (status, bad) == (202, {200: "alert_type is missing: send any name"})


async def test_all_bad_is_400(floor: Floor) -> None:
    async with floor() as sender:
        assert (await rejections(sender, [{}, 5]))[0] == 400


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"entity_id": ["a"]}, "entity_id is an array: send text"),
        ({"message": {"a": 1}}, "message is an object: send text"),
        ({"source": True}, "source is true or false: send text"),
        ({"severity": []}, "severity is an array: send text such as HIGH"),
        ({"status": "purple"}, "status is purple: send firing or resolved"),
        ({"status": 5}, "status is 5: send firing or resolved"),
        ({"labels": ["a"]}, "labels is an array: send an object of names and values"),
        ({"labels": {str(n): "x" for n in range(300)}}, "labels are 300: send at most 256"),
        ({"site": "x" * 201}, "site has 201 characters: send at most 200"),
        ({"id": {}}, "id is an object: send text"),
        ({"timestamp": {}}, "send ISO 8601"),
        ({"timestamp": "yesterday"}, "'yesterday' cannot be read: send ISO 8601"),
    ],
)
async def test_a_wrong_field_is_named_with_its_cure(
    floor: Floor, fields: dict[str, Any], told: str
) -> None:
    async with floor() as sender:
        status, bad = await rejections(sender, [alert(), alert(**fields)])
        assert len(await sender.stored()) == 1
    assert status == 202
    assert told in bad[1]


async def test_a_person_in_danger_is_never_refused_for_a_wrong_field(floor: Floor) -> None:
    async with floor() as sender:
        reply = await sender.post(alert(alert_type="panic", site=5.0, status=7, timestamp="soon"))
        [report] = await sender.stored()
    assert reply.status_code == 202
    assert report.labels == {"status_given": "7", "timestamp_given": "soon"}
    assert (report.status, report.timestamp, report.site) == (Signal.FIRING, None, "5.0")


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("2026-01-05T02:09:00Z", 1767578940),
        (1767578940, 1767578940),
        ("1767578940", 1767578940),
        (1767578940123, 1767578940.123),
        ("1970-01-01T00:00:00Z", 0),
        (0, 0),
        (-5, 0),
        ("9999-12-31T00:00:00Z", 7258118400),
        (None, None),
        ("", None),
    ],
)
async def test_times_are_kept_as_claimed_however_absurd(
    floor: Floor, given: Any, seconds: float | None
) -> None:
    async with floor() as sender:
        reply = await sender.post(alert(timestamp=given))
        [report] = await sender.stored()
    assert (reply.status_code, report.timestamp) == (202, seconds)


async def test_severity_is_kept_as_spelled(floor: Floor) -> None:
    async with floor() as sender:
        await sender.post([alert(severity=s) for s in ("P1", "purple", 2, None)])
        stored = await sender.stored()
    assert [(r.severity, r.severity_given) for r in stored] == [
        (Severity.CRITICAL, "P1"),
        (Severity.MEDIUM, "purple"),
        (Severity.LOW, "2"),
        (Severity.MEDIUM, ""),
    ]


async def test_what_has_no_place_of_its_own_becomes_a_label(floor: Floor) -> None:
    async with floor() as sender:
        await sender.post(
            alert(rack=7, ok=True, gone=None, nest={"a": [1]}, labels={"zone": "b", "rack": "8"})
        )
        [report] = await sender.stored()
    assert report.labels == {"rack": "8", "ok": "true", "nest": '{"a":[1]}', "zone": "b"}


async def test_numbers_are_taken_for_text(floor: Floor) -> None:
    async with floor() as sender:
        await sender.post(alert(id=17, site=4, dedup_key=3))
        [report] = await sender.stored()
    assert (report.sender_id, report.site, report.dedup_key) == ("17", "4", "3")


async def test_one_per_line(floor: Floor) -> None:
    lines = [json.dumps(alert(id="a")), "", "{broken", json.dumps(alert(id="b"))]
    async with floor() as sender:
        status, bad = await rejections(sender, "\n".join(lines).encode())
        assert [r.sender_id for r in await sender.stored()] == ["a", "b"]
    assert (status, list(bad)) == (202, [1])


async def test_one_object_over_many_lines(floor: Floor) -> None:
    async with floor() as sender:
        reply = await sender.post(json.dumps(alert(), indent=2).encode())
    assert reply.json()["accepted"] == 1
