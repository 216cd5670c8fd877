"""What of the past still stands at a moment: what a floor has to hear to know how things are.

Of what is measured again and again the last hour stands: rules learn from it what is usual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.company import Told
from watchfloor.demo.company.seasons import HOUR
from watchfloor.demo.company.truth import Row

ENDED = frozenset({"RESOLVED", "CLOSED", "COMPLETED"})
MEASURED = ("heartbeats", "sensors", "positions", "activity")


class Parted(NamedTuple):
    """`standing` has who came before who should have: nobody is missed who is there."""

    past: list[Told]
    standing: list[Told]


def part(told: Sequence[Told], now: Seconds) -> Parted:
    """Part what was told by now into what is over and what still stands."""
    last: dict[tuple[str, object], Told] = {}
    for one in told:
        last[one.stream, _thing(one)] = one
    rosters = [one.body for one in told if one.body.get("kind") == "roster"]
    shifts = {row["shift"] for row in rosters if row["end"] > now}
    tours = {row["tour"] for row in _of(told, "tours") if row.get("end", 0.0) > now}
    stands: dict[str, Callable[[Told], bool]] = {
        "attendance": lambda one: _is_last(one, last) and one.body["kind"] == "check_in",
        "roster": lambda one: one.body["shift"] in shifts,
        "tours": lambda one: one.body["tour"] in tours,
        "tickets": lambda one: _is_last(one, last) and one.body["state"] not in ENDED,
        "work_orders": lambda one: _is_last(one, last) and one.body["state"] not in ENDED,
        "arming": lambda one: _is_last(one, last),
        **dict.fromkeys(MEASURED, lambda one: one.at > now - HOUR),
    }
    standing = [
        one for stream, holds in stands.items() for one in told
        if one.stream == stream and holds(one)
    ]  # fmt: skip
    kept = set(map(id, standing))
    return Parted([one for one in told if id(one) not in kept], standing)


def _thing(one: Told) -> object:
    """Return what an event is about, of which only the last word counts."""
    body = one.body
    name = {"attendance": "person", "tickets": "ticket", "work_orders": "work_order"}
    return body[name.get(one.stream, "site")] if one.stream in (*name, "arming") else id(one)


def _is_last(one: Told, last: dict[tuple[str, object], Told]) -> bool:
    return last[one.stream, _thing(one)] is one


def _of(told: Iterable[Told], stream: str) -> list[Row]:
    return [one.body for one in told if one.stream == stream]
