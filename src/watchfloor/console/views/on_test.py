"""What is on test, what it has said since, and the form that puts a place on test."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import reading
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts import tested
from watchfloor.platform.accounts.capabilities import PUT_ON_TEST, VIEW

LISTED = 100
LONGEST = 100


@require_safe
@page(VIEW)
def on_test(request: PageRequest) -> HttpResponse:
    tests = request.console.tests
    counted = tested.signals(tests)
    kept = alerts.visible(request.viewer.scope).filter(suppressed_by__startswith="test:")
    context = {
        "tests": [(one, counted.get(one.id, 0)) for one in tests],
        "signals": alerts.rows_of(kept.order_by("-last_seen_at", "-id")[:LISTED]),
        "most": LISTED,
        "may_test": request.viewer.may(PUT_ON_TEST),
        "sites": reading.sites(request.viewer),
        "asked": {name: request.GET.get(name, "")[:LONGEST] for name in ("site", "device", "zone")},
    }
    return render(request, "console/on_test.html", context)
