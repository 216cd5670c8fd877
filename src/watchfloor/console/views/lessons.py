"""What corrections propose for future grouping, what it would do, and confirming it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import grouping
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.teaching.learning import LIKE_DECISIONS
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.errors import Denied


@require_safe
@page(CONFIGURE)
def lessons(request: PageRequest) -> HttpResponse:
    if not request.viewer.scope.all_clients:
        raise Denied("Lessons are for all clients: this page is for those who manage all.")
    context = {"lessons": grouping.lessons(request.viewer), "like_decisions": LIKE_DECISIONS}
    return render(request, "console/lessons.html", context)
