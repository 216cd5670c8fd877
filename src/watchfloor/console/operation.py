"""Registers and records on their pages: what a list is narrowed to, and how its cells read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, IntegerField, Model, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse

from watchfloor.console import reading, words
from watchfloor.console.cells import WORDS, label, with_all_named
from watchfloor.console.places import LONGEST_CURSOR, LONGEST_SEARCH
from watchfloor.console.ranges import Reader, TimeRange
from watchfloor.domain.org.models import Site
from watchfloor.domain.registers import selectors
from watchfloor.domain.registers.declaration import Listed, Records, Register, declared
from watchfloor.domain.registers.reading import RowReader
from watchfloor.domain.registers.shapes import type_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, ASSIGN_INCIDENTS, CONFIGURE
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.models import Tenant

LATELY = timedelta(days=1)
"""Records are counted so far back: of all that ever happened a count would read all."""
SUBJECTS = ("site", "person", "device")
YES_NO = {"yes": True, "no": False}
OPENED: Mapping[str, tuple[str, str]] = {
    "filings": ("filing-new", ACK_ALERTS),
    "tickets": ("ticket-new", ASSIGN_INCIDENTS),
}
"""Records that people open by hand: on which page, and with which capability."""
LED_TO: Mapping[str, tuple[str, str, str, Sequence[str]]] = {
    "required-reports": ("Hand in", "filing-new", ACK_ALERTS, ("site", "report")),
}
"""What people do with one row: how it is called, on which page that is asked with which of the
fields, and with which capability."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter of a list: one of its options, or any text where it has none."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list shows, as its address says; values that mean nothing are left out.

    `chosen` holds the filters as the address has them.
    """

    what: Listed
    q: str
    chosen: Mapping[str, str]
    when: TimeRange
    after: str

    @classmethod
    def read(cls, what: Listed, query: QueryDict, reader: Reader) -> Asked:
        given = {name: _text(query, name) for name in what.filters}
        return cls(
            what,
            _text(query, "q") if what.search else "",
            {name: text for name, text in given.items() if _meant(what, name, text) is not None},
            TimeRange.read(query if what_happened(what) else QueryDict(), reader),
            query.get("after", "")[:LONGEST_CURSOR],
        )

    @property
    def filters(self) -> str:
        """Return what narrows the list, as an address carries it."""
        asked = {"q": self.q} if self.q else {}
        return urlencode(asked | dict(self.chosen) | self.when.asked)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters)

    def rows(self, viewer: Viewer) -> QuerySet[Any]:
        meant = {name: _meant(self.what, name, text) for name, text in self.chosen.items()}
        times = {"since": self.when.since, "until": self.when.until}
        found = with_all_named(self.what, selectors.listed(self.what, viewer))
        return selectors.narrowed(self.what, found, {"q": self.q, **meant, **times}, viewer)

    def choices(self, viewer: Viewer) -> list[Choice]:
        return [
            Choice(name, label(name), self.chosen.get(name, ""), _options(self.what, name, viewer))
            for name in self.what.filters
        ]


@dataclass(frozen=True, slots=True)
class Subject:
    """The one site, person or device, by code, whose rows alone are meant; without a code: all."""

    kind: str = ""
    code: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Subject:
        named = (cls(kind, _text(query, kind)) for kind in SUBJECTS)
        return next((one for one in named if one.code), cls())

    @property
    def asked(self) -> dict[str, str]:
        """Return it as filters have it."""
        return {self.kind: self.code} if self.code else {}

    def concerns(self, what: Listed) -> bool:
        return not self.code or self.kind in what.filters


@dataclass(frozen=True, slots=True)
class Noun:
    """A line of the overview; `count` is of the last day where it is of what happened."""

    what: Listed
    count: int
    is_lately: bool
    subject: Subject

    @property
    def amount(self) -> str:
        """Return how much there is, in words."""
        if self.is_lately:
            return f"{self.count:,} in 24 hours"
        return f"{self.count:,}" if self.count else "none yet"

    @property
    def address(self) -> str:
        address = reverse("operation-list", args=[self.what.noun])
        return f"{address}?{urlencode(asked)}" if (asked := self.subject.asked) else address


def what_happened(what: Listed) -> bool:
    return isinstance(what, Records)


def nouns(viewer: Viewer, now: datetime, subject: Subject) -> list[Noun]:
    """Return all that is kept of a subject, with how much there is. One query."""
    by_title = sorted(declared(), key=lambda one: one.title)
    listed = [one for one in by_title if subject.concerns(one)]
    counts = [_counted(one, viewer, now, subject) for one in listed]
    if not counts:
        return []
    found = Tenant.objects.filter(pk=require_tenant_id()).values_list(*counts).get()
    return [Noun(one, n, what_happened(one), subject) for one, n in zip(listed, found, strict=True)]


def _counted(what: Listed, viewer: Viewer, now: datetime, subject: Subject) -> Coalesce:
    rows = selectors.narrowed(what, selectors.visible(what, viewer.scope), subject.asked, viewer)
    if isinstance(what, Records):
        rows = rows.filter(**{f"{what.at}__gte": now - LATELY})
    one = rows.order_by().values(all_of_them=Value(1)).annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(one, output_field=IntegerField()), 0)


def may_write(what: Listed, viewer: Viewer, capability: str) -> bool:
    """Whether somebody may write rows of it somewhere."""
    if not isinstance(what, Register) or not viewer.may(capability):
        return False
    return what.scope is not None or viewer.acting(capability).scope.all_clients


def may_write_at(reader: RowReader, row: Model, viewer: Viewer, capability: str) -> bool:
    """Whether somebody may write this row, and no field of it is hidden from them."""
    if not may_write(reader.what, viewer, capability):
        return False
    place = selectors.place_of(reader.what, row)
    hides = any(reader.is_hidden(row, name) for name in reader.what.fields)
    return viewer.acting(capability).scope.covers(*place) and not hides


def named(reader: RowReader, row: Model) -> str:
    """Return what a row is called, to somebody who may know it."""
    what = reader.what
    hides = any(reader.is_hidden(row, name) for name in what.persons)
    return what.kind.capitalize() if hides else str(row)


def opened_at(what: Listed, viewer: Viewer) -> str:
    """Return the address at which this viewer makes such a row by hand; "" where there is none."""
    if may_write(what, viewer, CONFIGURE):
        return reverse("operation-new", args=[what.noun])
    page, capability = OPENED.get(what.noun, ("", ""))
    return reverse(page) if page and viewer.may(capability) else ""


def led_to(what: Listed, row: Model | None, viewer: Viewer) -> tuple[str, str] | None:
    """Return what this viewer may do with a row, or some of them: its name and its address."""
    name, page, capability, fields = LED_TO.get(what.noun, ("", "", "", ()))
    if not name or not viewer.may(capability):
        return None
    if row is None:
        return name, reverse(page)
    if not viewer.acting(capability).scope.covers(*selectors.place_of(what, row)):
        return None
    asked = {field: selectors.said(what, row, field) for field in fields}
    return name, f"{reverse(page)}?{urlencode(asked)}"


def _text(query: QueryDict, name: str) -> str:
    return query.get(name, "").strip()[:LONGEST_SEARCH].replace("\0", "")


def _meant(what: Listed, name: str, text: str) -> Any:
    """Return the value that a filter's text stands for; None where it means nothing."""
    choices = what.field(name).choices
    if not text or (choices and text not in dict(choices)):
        return None
    kind = type_of(what, name)
    if kind is bool:
        return YES_NO.get(text)
    if kind is int:
        return int(text) if text.isdecimal() and len(text) < 10 else None
    return words.as_sent(text) if name in WORDS and not choices else text


def _options(what: Listed, name: str, viewer: Viewer) -> Sequence[tuple[str, str]]:
    field = what.field(name)
    if field.related_model is Site:
        return [(site.code, str(site)) for site in reading.sites(viewer)]
    if field.choices:
        return [(str(value), str(said)) for value, said in field.choices]
    return [(word, word.capitalize()) for word in YES_NO] if type_of(what, name) is bool else ()
