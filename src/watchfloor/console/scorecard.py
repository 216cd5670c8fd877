"""Scorecards as a grid of sites and pillars, and where what was missed is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from watchfloor.aiops.scorecard.score import Missed, Pillar
from watchfloor.console import words
from watchfloor.console.cells import called, page_of, persons_by_code
from watchfloor.console.places import LONGEST_CURSOR, LONGEST_SEARCH
from watchfloor.domain.people.models import Person
from watchfloor.platform.accounts.scope import Scope
from watchfloor.sensing.scorecard import models, selectors
from watchfloor.sensing.scorecard.models import NonNegotiablesScorecard

NAMES: Mapping[str, str] = {
    "right_guard": "Right guard, right post",
    "supervision": "Supervision",
    "control_desk": "Control desk",
    "legal": "Law",
    "field_support": "Field support",
    "records": "Records",
    "emergencies": "Emergencies",
}
ASKED: Mapping[str, str] = {
    "right_guard": "places that shifts need filled, to which a rostered guard came in 15 minutes",
    "supervision": "mandatory tours walked whole, guards on duty who gave signs all along, and"
    " findings acknowledged: critical ones in 15 minutes, high ones in 2 hours",
    "control_desk": "incidents acknowledged: critical ones in 15 minutes, high ones in 30",
    "legal": "people who worked within the law: by their hours and rest, employed, where they may"
    " work, not on leave, with the skills of the post and licences that had not ended",
    "field_support": "tickets closed in 72 hours",
    "records": "people who came and also checked out, and reports handed in by when they were due",
    "emergencies": "emergencies acknowledged in 2 minutes",
}
PAGES = ("incident", "finding")
"""What has a page under its own name."""
LISTS: Mapping[str, str] = {
    "shift": "shifts",
    "tour": "tours",
    "ticket": "tickets",
    "report": "required-reports",
}
"""In which register or record the others are found by their codes; a person is in none."""
STATUSES: Mapping[str, str] = {str(one): label for one, label in models.STATUSES}


class Cell(NamedTuple):
    code: str
    name: str
    pillar: Pillar


class Told(NamedTuple):
    """One thing that was missed; `address` is empty where nothing leads to it."""

    name: str
    address: str
    said: str


class Line(NamedTuple):
    card: NonNegotiablesScorecard
    cells: Sequence[Cell]


class Wanted(NamedTuple):
    """What the grid shows, as its address says; without a day the newest that is counted.

    `site` is a code.
    """

    day: date | None
    site: str
    status: str
    after: str

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        try:
            day = date.fromisoformat(query.get("day", ""))
        except ValueError:
            day = None
        site = query.get("site", "").strip()[:LONGEST_SEARCH].replace("\0", "")
        status, after = query.get("status", ""), query.get("after", "")[:LONGEST_CURSOR]
        return cls(day, site, status if status in STATUSES else "", after)

    @property
    def filters(self) -> str:
        asked = {"day": self.day, "site": self.site, "status": self.status}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def narrowing(self) -> dict[str, str]:
        """Return what narrows the cards of the day."""
        asked = {"site__code": self.site, "status": self.status}
        return {name: value for name, value in asked.items() if value}


def lines(cards: Sequence[NonNegotiablesScorecard]) -> Iterator[Line]:
    for card in cards:
        yield Line(card, cells(card))


def cells(card: NonNegotiablesScorecard) -> list[Cell]:
    counted = selectors.pillars_of(card)
    return [Cell(code, NAMES[code], pillar) for code, pillar in counted.items()]


def told(card: Sequence[Cell], within: Scope) -> list[tuple[Cell, str, list[Told]]]:
    """Return each pillar with what it asks and what was missed, persons by name `within`."""
    missed = [one for cell in card for one in cell.pillar.missed]
    persons = persons_by_code([one.ref for one in missed if one.kind == "person"])
    return [
        (cell, ASKED[cell.code], [_told(one, persons, within) for one in cell.pillar.missed])
        for cell in card
    ]


def _told(one: Missed, persons: Mapping[str, Person], within: Scope) -> Told:
    said = words.plain(one.said)
    if one.kind == "person" and (person := persons.get(one.ref)):
        return Told(called(person, within), page_of(person), said)
    kind = one.kind.capitalize()
    return Told(kind if one.kind in PAGES else f"{kind} {one.ref}", _address(one), said)


def _address(one: Missed) -> str:
    if one.kind in PAGES:
        return reverse(one.kind, args=[one.ref])
    found_in = LISTS.get(one.kind)
    if found_in is None:
        return ""
    return f"{reverse('operation-list', args=[found_in])}?{urlencode({'q': one.ref})}"
