"""Findings on their pages: what a list asks for, evidence in words, and the acts that are open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from watchfloor.console import words
from watchfloor.console.acts import Act
from watchfloor.console.cells import called, persons_by_code
from watchfloor.noc.findings import selectors
from watchfloor.noc.findings.models import AuditFinding, FindingCategory, FindingStatus
from watchfloor.noc.findings.states import MACHINE, Action
from watchfloor.platform.accounts.scope import Scope

LONGEST = 200
STATUSES: Mapping[str, str] = {
    "open": "Open",
    "all": "All",
    **{str(one): label for one, label in FindingStatus.choices},
}
CATEGORIES: Mapping[str, str] = {str(one): label for one, label in FindingCategory.choices}
ACTS: Mapping[Action, Act] = {
    Action.ACKNOWLEDGE: Act(Action.ACKNOWLEDGE, "Acknowledge"),
    Action.START: Act(Action.START, "Start work"),
    Action.RESOLVE: Act(Action.RESOLVE, "Resolve"),
    Action.DISMISS: Act(Action.DISMISS, "It is nothing"),
    Action.SUPPRESS: Act(Action.SUPPRESS, "Keep quiet while it lasts"),
    Action.REOPEN: Act(Action.REOPEN, "Reopen"),
}
_MOMENTS = ("_at", "since", "start", "end")
_PERSONS = ("on_post", "person")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shows, as its address says; values that mean nothing are left out."""

    q: str = ""
    status: str = "open"
    category: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        status, category = query.get("status", ""), query.get("category", "")
        return cls(
            query.get("q", "").strip()[:LONGEST].replace("\0", ""),
            status if status in STATUSES else "open",
            category if category in CATEGORIES else "",
            query.get("after", "")[:1000],
        )

    @property
    def filters(self) -> str:
        status = "" if self.status == "open" else self.status
        asked = {"q": self.q, "status": status, "category": self.category}
        return urlencode({name: value for name, value in asked.items() if value})

    def found(self, scope: Scope) -> QuerySet[AuditFinding]:
        return selectors.matching(
            selectors.visible(scope), status=self.status, category=self.category, q=self.q
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that shows it: a moment, or words."""

    name: str
    text: str = ""
    moment: datetime | None = None


def evidence_of(row: AuditFinding, within: Scope) -> Iterator[Line]:
    """Return what shows it, to who sees names `within`."""
    codes = [code for name in _PERSONS for code in _several(row.evidence.get(name))]
    persons = {code: called(one, within) for code, one in persons_by_code(codes).items()}
    for name, value in row.evidence.items():
        label = words.plain(name)
        if name.endswith(_MOMENTS) and isinstance(value, int | float):
            yield Line(label, moment=datetime.fromtimestamp(value, UTC))
        elif name in _PERSONS and value:
            yield Line(label, ", ".join(persons.get(code, code) for code in _several(value)))
        elif value not in (None, "", [], {}):
            yield Line(label, _words(value))


def acts_on(row: AuditFinding) -> list[Act]:
    """Return what may be done with it now."""
    status = FindingStatus(row.status)
    open_to = {action: MACHINE.table.get((status, action)) for action in ACTS}
    return [ACTS[action] for action, to in open_to.items() if to is not None and to != status]


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {told}" for name, told in value.items())
    if isinstance(value, list):
        return ", ".join(words.plain(str(one)) for one in value)
    return str(value)
