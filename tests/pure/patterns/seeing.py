"""Sites as they are seen, for tests: each says only what matters to it."""

from __future__ import annotations

from typing import Any

from watchfloor.aiops.patterns.observation import (
    HOUR,
    MINUTE,
    SIGNALS,
    PersonSeen,
    ShiftSeen,
    Signs,
    SiteObservation,
    TicketSeen,
    TourSeen,
)

AT = 1_780_000_000.0


def ago(minutes: float) -> float:
    return AT - minutes * MINUTE


def guard(name: str = "P1", *, minutes: float = 180, **told: Any) -> PersonSeen:
    return PersonSeen(name, on_post_since=ago(minutes), **told)


def shift(name: str = "D1", *, begun: float = 60, hours: float = 8, **told: Any) -> ShiftSeen:
    values: dict[str, Any] = {"required": 2, "expected": 2, "present": 2, **told}
    return ShiftSeen(name, start=ago(begun), end=ago(begun) + hours * HOUR, **values)


def tour(name: str = "T1", **told: Any) -> TourSeen:
    return TourSeen(name, **{"planned": 10, **told})


def ticket(name: str = "K1", *, age: float = 30, still: float = 30, **told: Any) -> TicketSeen:
    return TicketSeen(name, opened_at=ago(age), moved_at=ago(still), **told)


def site(*people: PersonSeen, **told: Any) -> SiteObservation:
    covers = frozenset({*SIGNALS, "shifts"})
    return SiteObservation("S1", AT, **{"covers": covers, "people": people, **told})


def signs(**counts: int) -> Signs:
    return Signs(**counts)
