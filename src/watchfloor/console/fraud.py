"""Fraud on its pages: who has a score, what a case is made of, and the acts that are open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from watchfloor.aiops.fraud.profile import Profile
from watchfloor.aiops.fraud.score import Contribution
from watchfloor.console.acts import Act
from watchfloor.console.persons import Shown, shown
from watchfloor.domain.people.models import Person
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.sensing.fraud import selectors
from watchfloor.sensing.fraud.models import CaseState, FraudCase
from watchfloor.sensing.fraud.selectors import Scored
from watchfloor.sensing.fraud.states import MACHINE, Action

STATES: Mapping[str, str] = {"": "All", **{str(one): label for one, label in CaseState.choices}}
ACTS: Mapping[Action, Act] = {
    Action.CONFIRM: Act(Action.CONFIRM, "It was so"),
    Action.CLEAR: Act(Action.CLEAR, "It was not so"),
    Action.CONTEST: Act(Action.CONTEST, "The person contests it"),
}
DETECTORS: Mapping[str, str] = {
    "attendance": "unlike the person's habits",
    "clockwork": "check-ins like clockwork",
    "frozen": "a position that never moves",
    "inactivity": "no sign of life on duty",
    "lifeless": "no living face",
    "mock": "a made-up position",
    "network": "position and network apart",
    "poor_match": "a poor match",
    "shared_device": "one device for several people",
    "shared_face": "somebody else's face",
    "teleport": "a leap of the position",
    "travel": "faster than anybody travels",
    "two_places": "in two places at once",
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Part:
    """A suspicion as a page shows it. `percent` is its part of the evidence."""

    detector: str
    says: str
    at: datetime
    confidence: float
    percent: int


@dataclass(frozen=True, slots=True)
class ScoredRow:
    person: Shown
    score: float
    level: str
    parts: list[Part]


def detector(name: str) -> str:
    """Return what a detector looks for; one that is new reads as its own name."""
    return DETECTORS.get(name, name.replace("_", " "))


def scored(one: Scored, viewer: Viewer) -> ScoredRow:
    parts = [_part(part) for part in one.score.contributions]
    return ScoredRow(named(one.person, viewer), one.score.value, one.score.level, parts)


def named(person: Person, viewer: Viewer) -> Shown:
    return shown(person, viewer.names_within)


def parts_of(row: FraudCase) -> list[Part]:
    return [_part(part) for part in msgspec.convert(row.explanation, list[Contribution])]


def also_told(row: FraudCase) -> list[Part]:
    """Return what of the case is no part of its score."""
    return [
        Part(detector(one.detector), one.says, one.at, one.confidence, 0)
        for one in selectors.also_told(row)
    ]


def acts_on(row: FraudCase, viewer: Viewer) -> list[Act]:
    """Return what this viewer may do with it now."""
    if row.state == CaseState.CONTESTED and row.decided_by == viewer.actor.id:
        return []
    state = CaseState(row.state)
    open_to = {action: MACHINE.table.get((state, action)) for action in ACTS}
    if row.contested_at is not None:
        del open_to[Action.CONTEST]
    return [ACTS[action] for action, to in open_to.items() if to is not None and to != state]


def usual(profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield how the person usually works, in words; what is not known is left out."""
    yield "Attendances in 90 days", str(profile.attendances)
    told: Sequence[tuple[str, Any, str]] = (
        ("Arrives about", ", ".join(f"{hour:02}:00" for hour in profile.hours), "{}"),
        ("Days", ", ".join(_DAYS[day] for day in profile.weekdays), "{}"),
        ("Sites", ", ".join(profile.sites), "{}"),
        ("A week", profile.a_week, "{:.1f}"),
        ("Punctual", profile.punctual, "{:.0%}"),
        ("At typical hours", profile.consistency, "{:.0%}"),
        ("At night", profile.night, "{:.0%}"),
        ("Mean match", profile.match_mean, "{:.2f}"),
        ("Distance from site", profile.distance_m, "{:.0f} m"),
    )
    for name, value, form in told:
        if value not in (None, ""):
            yield name, form.format(value)


def _part(part: Contribution) -> Part:
    given = part.suspicion
    at = datetime.fromtimestamp(given.at, UTC)
    return Part(detector(given.detector), given.says, at, part.confidence, round(100 * part.share))
