"""Who is at a desk, what they look at, and what waits for somebody to look."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.desks import selectors, skills
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, ASSIGN_INCIDENTS, CONFIGURE

LISTED = 50


@require_safe
@page(ASSIGN_INCIDENTS)
def desks(request: PageRequest) -> HttpResponse:
    now, scope = timezone.now(), request.viewer.scope
    waiting = selectors.longest_waiting(scope, now, most=LISTED + 1)
    there = selectors.desks(scope, now)
    own = next((one for one in there if one.user.pk == request.console.user.pk), None)
    context = {
        "desks": there,
        "now": now,
        "waiting": waiting[:LISTED],
        "is_cut": len(waiting) > LISTED,
        "in_hand": selectors.in_hand([one.user.pk for one in there], now),
        "offering": skills.offering_in(request.console.user.tenant.settings),
        "may_configure": request.viewer.may(CONFIGURE)
        and request.viewer.acting(CONFIGURE).scope.all_clients,
        "may_break": request.viewer.may(ACK_ALERTS),
        "own_break": own.break_since if own else None,
    }
    return render(request, "console/desks.html", context)
