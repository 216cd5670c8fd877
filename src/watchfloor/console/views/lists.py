"""What the pages of live lists have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import JsonResponse
from django.urls import reverse

from watchfloor.console import listing, reading, saved, words
from watchfloor.console.filters import Filter
from watchfloor.console.listing import Listed
from watchfloor.console.views.door import PageRequest, reader_of
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.scope import Viewer


class Find(Protocol):
    def __call__(
        self, viewer: Viewer, wanted: Filter, *, after: str = "", limit: int = listing.FIRST
    ) -> Listed: ...


@dataclass(frozen=True, slots=True)
class LiveList:
    """A list by its noun in the plural, which names its page too."""

    noun: str
    states: Mapping[str, str]
    find: Find

    def context(self, request: PageRequest) -> dict[str, Any]:
        """Return what `parts/list.html` shows: the first rows, and how to come by the others."""
        wanted = self._wanted(request)
        found = self.find(request.viewer, wanted)
        return {
            "noun": self.noun,
            "views": saved.views(request.viewer, request.console.user, self.noun, request.GET),
            "may_share": request.viewer.may(CONFIGURE),
            "filter": wanted,
            "when": wanted.when,
            "states": self.states.items(),
            "severities": words.SEVERITIES.items(),
            "sites": reading.sites(request.viewer),
            "rows": found.rows,
            "blank": {"id": "", "state": "", "severity": 0},
            "limit": listing.MOST,
            "json_address": reverse(f"{self.noun}-json"),
            "rows_data": found.for_scripts()
            | {"limit": listing.MOST, "filter": wanted.for_scripts()},
        }

    def slice(self, request: PageRequest) -> JsonResponse:
        """Answer with a slice: the page goes on from its first rows, or begins anew."""
        after = request.GET.get("after", "")
        wanted = self._wanted(request)
        found = self.find(request.viewer, wanted, after=after, limit=listing.SLICE)
        return JsonResponse(found.for_scripts() | {"seq": request.console.data["seq"]})

    def _wanted(self, request: PageRequest) -> Filter:
        return Filter.read(request.GET, self.states, reader_of(request))
