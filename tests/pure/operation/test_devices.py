"""What devices say of themselves, and what their silence says."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.operation.directory import DeviceRef, Directory
from watchfloor.aiops.operation.engine import Engine, Timed, Transition
from watchfloor.aiops.operation.events import Beat, Moment
from watchfloor.aiops.operation.facts.devices import DevicesFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import LIMITS, RULES
from watchfloor.aiops.operation.stored import pack, unpack
from watchfloor.aiops.types import Severity

ENGINE = Engine(RULES)
MINUTE = 60.0
START = 1_767_592_800.0
DEVICES = {
    "recorder": DeviceRef(site="gate", kind="nvr", beat_seconds=MINUTE),
    "camera": DeviceRef(site="gate", parent="recorder", beat_seconds=MINUTE, serial="C-1"),
    "door": DeviceRef(site="gate", beat_seconds=MINUTE),
}
DIRECTORY = Directory(Limits.of(LIMITS.values()), devices=DEVICES)
_PLACE = {"recorder": 0.0, "camera": 20.0, "door": 40.0}


def beat(minute: float, device: str, **fields: Any) -> Timed:
    at = Moment(START + minute * MINUTE + _PLACE.get(device, 0.0))
    return Timed(at, Beat(ts=at, device=device, **fields))


def beats(*devices: str, first: int = 0, until: int = 60) -> list[Timed]:
    return sorted(beat(minute, device) for device in devices for minute in range(first, until))


def told(events: list[Timed], until: float = 120, directory: Directory = DIRECTORY) -> list[str]:
    return [_line(one) for one in _transitions(events, until, directory)]


def _transitions(events: list[Timed], until: float, directory: Directory) -> list[Transition]:
    facts = DevicesFacts(code="gate")
    end = START + until * MINUTE
    return ENGINE.advance(facts, sorted(events), end, directory).transitions


def _line(one: Transition) -> str:
    minute = (one.at - START) / MINUTE
    return f"{minute:.0f} {'-+'[one.is_firing]}{one.code} {one.standing.entity_id}"


def test_a_device_that_falls_silent_is_told_and_its_next_beat_resolves_it() -> None:
    events = (
        beats("recorder", "camera", until=90) + beats("door") + beats("door", first=70, until=90)
    )

    assert told(events, until=90) == ["63 +DEVICE_OFFLINE door", "71 -DEVICE_OFFLINE door"]


def test_what_hangs_on_a_silent_device_says_so() -> None:
    silent = _transitions(beats("recorder", "camera") + beats("door", until=80), 70, DIRECTORY)

    by_device = {one.standing.device: one.standing for one in silent}
    assert by_device["camera"].message == (
        "camera at gate has been silent since 06:59 UTC, like recorder, which it depends on"
    )
    assert by_device["camera"].severity is Severity.MEDIUM
    assert by_device["recorder"].evidence["behind"] == ""


def test_a_device_that_moved_is_awaited_at_its_new_site_only() -> None:
    moved = Directory(DIRECTORY.limits, devices=DEVICES | {"door": DeviceRef(site="yard")})

    assert told(beats("recorder", "camera", until=90) + beats("door"), 80, moved) == []


def test_a_device_that_does_not_keep_up_is_told_until_its_score_is_back() -> None:
    events = [beat(0, "phone", sync=95), beat(1, "phone", sync=40), beat(9, "phone", sync=70)]

    assert told(events, until=10) == ["1 +SYNC_DEGRADED phone", "9 -SYNC_DEGRADED phone"]


def test_a_serial_other_than_the_registered_one_is_told_at_once() -> None:
    assert told([beat(0, "camera", serial="C-1")], until=1) == []
    assert told([beat(0, "camera", serial="X-9")], until=1) == ["0 +DEVICE_SPOOF camera"]


def test_serials_that_take_turns_are_two_devices_and_one_change_is_a_replacement() -> None:
    replaced = [beat(minute, "door", serial="AABB"[minute]) for minute in range(4)]
    cloned = [beat(minute, "door", serial="AABA"[minute]) for minute in range(4)]

    assert told(replaced, until=4) == []
    assert told(cloned, until=4) == ["4 +DEVICE_SPOOF door"]


def test_an_address_may_change_now_and_then_but_not_from_beat_to_beat() -> None:
    roaming = [beat(minute, "phone", address="aabbabba"[minute]) for minute in range(8)]
    cloned = [beat(minute, "phone", address="aabab"[minute]) for minute in range(5)]

    assert told(roaming, until=8) == []
    assert told(cloned, until=5) == ["4 +DEVICE_SPOOF phone"]


@settings(max_examples=15)
@given(
    st.sets(st.tuples(st.integers(0, 20), st.sampled_from(sorted(DEVICES))), max_size=30),
    st.sets(st.integers(0, 60), max_size=4),
)
def test_it_does_not_matter_how_the_stream_is_cut(
    lost: set[tuple[int, str]], cuts: set[int]
) -> None:
    events = [
        beat(minute, device)
        for minute in range(20)
        for device in DEVICES
        if (minute, device) not in lost
    ]
    facts: DevicesFacts = DevicesFacts(code="gate")
    due, seen = None, []
    for first, last in zip([0, *sorted(cuts)], [*sorted(cuts), len(events)], strict=True):
        batch = events[first:last]
        now = batch[-1].at if batch else START
        advanced = ENGINE.advance(facts, batch, now, DIRECTORY, due)
        assert isinstance(advanced.facts, DevicesFacts)
        facts, due = unpack(DevicesFacts, pack(advanced.facts)), advanced.due_at
        seen += [_line(one) for one in advanced.transitions]
    end = START + 40 * MINUTE
    seen += [_line(one) for one in ENGINE.advance(facts, [], end, DIRECTORY, due).transitions]

    assert seen == told(events, until=40)
