"""What people are suspected of: scores, cases, and one case with all that it is made of."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import fraud as words
from watchfloor.console.places import LISTED
from watchfloor.console.views.door import PageRequest, page
from watchfloor.domain.inventory import services as keeping
from watchfloor.platform.accounts.capabilities import REVIEW_FRAUD
from watchfloor.platform.paging import PageQuery
from watchfloor.platform.paging import page as paged
from watchfloor.sensing.fraud import selectors

SCORES_SHOWN = 20


@require_safe
@page(REVIEW_FRAUD)
def fraud(request: PageRequest) -> HttpResponse:
    viewer = request.viewer
    state = request.GET.get("state", "OPEN")
    state = state if state in words.STATES else "OPEN"
    found = selectors.cases(viewer.scope)
    asked = PageQuery(limit=LISTED, after=request.GET.get("after", "")[:1000])
    part = paged(
        request, asked, found.filter(state=state) if state else found, order=selectors.ORDER,
        render=lambda row: (row, words.named(row.person, viewer)),
    )  # fmt: skip
    scores = selectors.scores(viewer.scope, timezone.now())[:SCORES_SHOWN]
    context = {
        "state": state,
        "wanted": asked,
        "filters": urlencode({"state": state}),
        "states": words.STATES,
        "rows": part["items"],
        "next": part["next"],
        "scores": [words.scored(one, viewer) for one in scores],
    }
    return render(request, "console/fraud/list.html", context)


@require_safe
@page(REVIEW_FRAUD)
def case(request: PageRequest, case_id: UUID) -> HttpResponse:
    viewer = request.viewer
    row = selectors.case(viewer.scope, case_id)
    keeping.note_reading(row.person, by=viewer.actor, now=timezone.now())
    usual = selectors.profile_of(row.person_id, row.opened_at)
    context = {
        "case": row,
        "person": words.named(row.person, viewer),
        "parts": words.parts_of(row),
        "also_told": words.also_told(row),
        "usual": list(words.usual(usual)),
        "is_enough": usual.is_enough,
        "acts": words.acts_on(row, viewer),
    }
    return render(request, "console/fraud/case.html", context)
