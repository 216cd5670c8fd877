"""What the pages of presence are asked for, and their words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from watchfloor.aiops.presence import Presence
from watchfloor.console.cells import called
from watchfloor.domain.posts.models import Post
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.platform.accounts.scope import Scope
from watchfloor.sensing.presence.selectors import Manned, people_of

LONGEST = 1_000
NAMES: Mapping[Presence, str] = {
    Presence.PRESENT: "Present",
    Presence.LATE: "Present, came late",
    Presence.UNEXPECTED: "Present, not rostered",
    Presence.AWAITED: "Awaited",
    Presence.MISSING: "Missing",
    Presence.ON_BREAK: "On a break",
    Presence.LEFT: "Has left",
    Presence.ON_LEAVE: "On leave",
}


class Wanted(NamedTuple):
    """What the list shows, as its address says; `site` is a code.

    `is_short`: only shifts that lack somebody.
    """

    site: str
    is_short: bool
    after: str

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        site = query.get("site", "").strip()[:100].replace("\0", "")
        return cls(site, query.get("lacking") == "yes", query.get("after", "")[:LONGEST])

    @property
    def filters(self) -> str:
        asked = {"site": self.site, "lacking": "yes" if self.is_short else ""}
        return urlencode({name: value for name, value in asked.items() if value})


class Standing(NamedTuple):
    """A line of a shift: who it is, to who may know it, and what the person is now."""

    who: str
    assignment: Assignment
    now: str


def standing(manned: Manned, within: Scope) -> Iterator[Standing]:
    for one in people_of(manned):
        row = one.assignment
        who = called(row.person, within) if row.person else row.person_code
        yield Standing(who, row, NAMES[one.presence])


def posts_of(shifts: Iterable[Shift]) -> Mapping[str, str]:
    """Return what the posts of these shifts are called, by code."""
    codes = {shift.post for shift in shifts if shift.post}
    return dict(Post.objects.filter(code__in=codes).exclude(name="").values_list("code", "name"))
