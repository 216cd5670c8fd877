"""The limits of the rules: what each decides, what holds everywhere, and what is set where."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console.operation import may_write
from watchfloor.console.views.door import PageRequest, page
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.sensing.thresholds.registers import THRESHOLDS
from watchfloor.sensing.thresholds.selectors import standing


@require_safe
@page(VIEW)
def limits(request: PageRequest) -> HttpResponse:
    viewer = request.viewer
    may_set = may_write(THRESHOLDS, viewer, CONFIGURE)
    context = {
        "standing": standing(viewer.scope),
        "sees_all": viewer.scope.all_clients,
        "may_set": may_set,
        "noun": THRESHOLDS.noun,
    }
    return render(request, "console/operation/limits.html", context)
