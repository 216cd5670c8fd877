"""Which times of events are believed, and what is told of the present at all."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.aiops.operation.dating import OLDEST, dated
from watchfloor.aiops.operation.stored import Arrived, read

NOW = 1_790_000_000.0
DAY = 86_400.0
PUNCH = {"kind": "check_in", "person": "P1", "site": "S1"}
TICKET = {"ticket": "T1", "state": "NEW", "priority": 2}
BEAT = {"device": "D1"}


def arrived(stream: str, at: float, said: dict[str, Any], **more: Any) -> Arrived:
    event = read(stream, msgspec.json.encode({"ts": at, **said}))
    return Arrived("0" * 32, stream, 1, NOW, event, **more)


@pytest.mark.parametrize(
    ("stream", "said", "age", "believed", "is_history"),
    [
        ("attendance", PUNCH, 2.0, True, False),
        ("attendance", PUNCH, 20 * DAY, True, True),
        ("attendance", PUNCH, -3 * DAY, False, False),
        ("positions", {"person": "P1", "lat": 1.0, "lon": 2.0}, 20 * DAY, True, True),
        ("tickets", TICKET, 20 * DAY, True, False),
        ("heartbeats", BEAT, 20 * DAY, False, False),
    ],
    ids=["late", "gone by", "ahead", "once there", "holds still", "is here now"],
)
def test_how_old_an_event_may_be_follows_what_it_tells(
    stream: str, said: dict[str, Any], age: float, believed: bool, is_history: bool
) -> None:
    clock = StreamClock(NOW)
    one, at = dated(arrived(stream, NOW - age, said), clock)
    assert at == (NOW - age if believed else NOW)
    assert one.is_history is is_history
    assert clock.time == NOW


def test_what_somebody_imports_is_believed_and_a_replay_begins_anywhere() -> None:
    clock = StreamClock(NOW)
    past = arrived("heartbeats", NOW - 20 * DAY, BEAT, is_history=True)
    assert dated(past, clock) == (past, NOW - 20 * DAY)
    clock = StreamClock()
    first = arrived("attendance", NOW - 20 * DAY, PUNCH)
    assert dated(first, clock) == (first, NOW - 20 * DAY)
    assert (clock.time, clock.is_replaying) == (NOW - 20 * DAY, True)
    later = arrived("attendance", NOW - 20 * DAY + OLDEST + 1, PUNCH)
    assert dated(later, clock)[1] == NOW - 20 * DAY + OLDEST + 1
