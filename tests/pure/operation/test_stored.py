"""Events as senders write them, and as they come back from disk."""

from __future__ import annotations

import pytest

from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.operation.events import STREAMS, Beat, Moment, Punch
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.aiops.operation.stored import (
    Arrived,
    EventError,
    decode,
    encode,
    pack,
    read,
    unpack,
)

BEAT = b'{"ts":"2026-01-04T23:59:48Z","device":"phone-1","site":"S004","loss":3.7,"bat":43}'
GOOD = {
    "attendance": b'{"ts":1767592800,"kind":"check_in","site":"a","person":"p","gps_m":23.0}',
    "roster": b'{"ts":1767592800,"kind":"roster","shift":"s","site":"a","start":1767592800,'
    b'"end":"2026-01-05T14:00:00Z","required":2,"people":["p","q"]}',
    "heartbeats": BEAT,
    "tickets": b'{"ts":1767592800,"ticket":"T","state":"NEW","site":"a","priority":2}',
    "work_orders": b'{"ts":1767592800,"work_order":"W","state":"NEW","due":1767592800}',
    "tours": b'{"ts":1767592800,"kind":"scan","tour":"t","checkpoint":"c"}',
    "positions": b'{"ts":1767592800,"person":"p","lat":12.9,"lon":77.5,"accuracy":9}',
    "activity": b'{"ts":1767592800,"kind":"movement","person":"p","amount":12.5}',
    "sensors": b'{"ts":1767592800,"device":"d","kind":"SMOKE","state":"DETECTED"}',
    "arming": b'{"ts":1767592800,"site":"a","state":"armed"}',
    "filings": b'{"ts":1767592800,"report":"daily-log","site":"a","day":"2026-01-04"}',
    "changes": b'{"ts":1767592800,"kind":"release","tenant":"T1","text":"mobile app rollout"}',
}


@pytest.mark.parametrize("stream", STREAMS)
def test_an_event_comes_back_from_disk_as_it_was(stream: str) -> None:
    arrived = Arrived("a" * 32, stream, 7, 1_767_592_801.5, read(stream, GOOD[stream]), True)
    assert decode(encode(arrived)) == arrived


@pytest.mark.parametrize(
    ("stream", "raw", "pointer", "message"),
    [
        ("attendance", b'{"ts":1767592800,"kind":"check_in","person":"p"}', "/site", "is missing"),
        (
            "attendance",
            b'{"ts":1767592800,"kind":"come","site":"a","person":"p"}',
            "/kind",
            "'come': send one of break_end, break_start, check_in, check_out",
        ),
        (
            "roster",
            b'{"ts":1767592800,"kind":"shift"}',
            "/kind",
            "one of roster, leave_notice",
        ),
        ("attendance", GOOD["attendance"].replace(b'"a"', b'""'), "/site", "is empty: send it"),
        ("heartbeats", b'{"ts":"soon","device":"d"}', "/ts", "send ISO 8601"),
        ("heartbeats", b'{"ts":"","device":"d"}', "/ts", "is empty"),
        ("heartbeats", BEAT.replace(b"3.7", b'"much"'), "/loss", "expected a number, got text"),
        ("heartbeats", BEAT.replace(b"3.7", b"370"), "/loss", "<= 100"),
        ("roster", GOOD["roster"].replace(b'"q"', b"5"), "/people/1", "expected text"),
        ("positions", b'{"ts":1767592800,"lat":91,"lon":0}', "/lat", "<= 90"),
        ("tickets", b"[]", "", "expected a JSON object"),
        ("tickets", b"{", "", "send a JSON object"),
    ],
)
def test_a_fault_names_its_field_and_the_cure(
    stream: str, raw: bytes, pointer: str, message: str
) -> None:
    with pytest.raises(EventError) as refused:
        read(stream, raw)
    assert refused.value.fault.pointer == pointer
    assert message in refused.value.fault.message


def test_numbers_may_come_as_text() -> None:
    beat = read("heartbeats", BEAT.replace(b"43", b'"43"'))
    assert isinstance(beat, Beat)
    assert beat.bat == 43.0


def test_what_is_damaged_on_disk_is_told() -> None:
    with pytest.raises(ReportError):
        decode(b"\x93\x01\x02")
    with pytest.raises(ReportError):
        unpack(ShiftFacts, b"\x01")


def test_facts_with_times_of_events_in_them_come_back() -> None:
    punch = read("attendance", GOOD["attendance"])
    assert isinstance(punch, Punch)
    facts = ShiftFacts(code="s", start=Moment(5.0), people=[punch.person])
    assert unpack(ShiftFacts, pack(facts)) == facts
