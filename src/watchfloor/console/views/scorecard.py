"""The seven non-negotiables: all sites on a day, and one site's day with what was missed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import reading
from watchfloor.console import scorecard as drawn
from watchfloor.console.places import page_of
from watchfloor.console.views.door import PageRequest, page
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.sensing.scorecard import selectors


@require_safe
@page(VIEW)
def scorecards(request: PageRequest) -> HttpResponse:
    scope, wanted = request.viewer.scope, drawn.Wanted.read(request.GET)
    day = wanted.day or selectors.newest_day(scope)
    found = selectors.of_day(scope, day).filter(**wanted.narrowing)
    cards, after = page_of(request, wanted, found, selectors.ORDER)
    context = {
        "day": day,
        "lines": list(drawn.lines(cards)),
        "names": drawn.NAMES,
        "filters": wanted.filters,
        "statuses": drawn.STATUSES,
        "sites": reading.sites(request.viewer),
        "wanted": wanted,
        "next": after,
    }
    return render(request, "console/scorecard/list.html", context)


@require_safe
@page(VIEW)
def scorecard(request: PageRequest, card_id: UUID) -> HttpResponse:
    card = selectors.one(request.viewer.scope, card_id)
    shown = drawn.told(drawn.cells(card), request.viewer.names_within)
    return render(request, "console/scorecard/one.html", {"card": card, "pillars": shown})
