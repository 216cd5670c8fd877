"""What the page of presence is asked for, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from watchfloor.aiops.presence import Presence

LONGEST = 1_000
NAMES: Mapping[Presence, str] = {
    Presence.PRESENT: "Present",
    Presence.LATE: "Present, came late",
    Presence.UNEXPECTED: "Present, not rostered",
    Presence.AWAITED: "Awaited",
    Presence.MISSING: "Missing",
    Presence.LEFT: "Has left",
    Presence.ON_LEAVE: "On leave",
}


class Wanted(NamedTuple):
    """What the list shows, as its address says; `site` is a code."""

    site: str
    after: str

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        site = query.get("site", "").strip()[:100].replace("\0", "")
        return cls(site, query.get("after", "")[:LONGEST])

    @property
    def filters(self) -> str:
        return urlencode({"site": self.site}) if self.site else ""
