"""What a broker sends twice happened once."""

from __future__ import annotations

import json
from typing import Any

from watchfloor.cli.bridging import Comings, message_of

FIX: dict[str, Any] = {"ts": "2026-03-02T06:00:00Z", "person": "G7", "lat": 52.5, "lon": 13.4}


def told(topic: str, event: dict[str, Any], now: float = 5.0) -> dict[str, Any]:
    [read] = message_of(topic, json.dumps(event).encode(), now, lambda: None).events
    assert isinstance(read, dict)
    return read


def test_a_position_without_an_id_is_known_again_by_what_it_says_and_whose_it_is() -> None:
    first = told("watchfloor/positions/phone-1", FIX)
    again = told("watchfloor/positions/phone-1", dict(reversed(FIX.items())), now=90.0)
    others = [
        told("watchfloor/positions/phone-2", FIX),
        told("watchfloor/positions/phone-1", FIX | {"ts": "2026-03-02T06:00:01Z"}),
        told("watchfloor/positions/phone-1", FIX | {"lat": 52.6}),
    ]

    assert again["id"] == first["id"]
    assert len({first["id"], *(one["id"] for one in others)}) == 4
    assert told("watchfloor/positions/phone-1", FIX | {"id": "own"})["id"] == "own"


def test_a_beat_is_known_by_its_device_and_time_and_carries_nothing_more() -> None:
    assert "id" not in told("watchfloor/heartbeats/cam-1", {"bat": 90})


def test_a_message_without_a_time_keeps_that_of_its_first_coming() -> None:
    comings = Comings()

    def came(number: int, now: float, *, is_again: bool, payload: bytes = b"{}") -> float:
        return comings.first(number, "watchfloor/activity", payload, now, is_again=is_again)

    assert came(7, 10.0, is_again=False) == 10.0
    assert came(7, 60.0, is_again=True) == 10.0
    assert came(7, 61.0, is_again=True) == 10.0
    # Numbers begin anew: what is said then is new, and so is what nobody has seen before.
    assert came(7, 90.0, is_again=False) == 90.0
    assert came(8, 91.0, is_again=True) == 91.0
    assert came(7, 92.0, is_again=True, payload=b'{"n": 1}') == 92.0
