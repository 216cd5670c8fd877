"""When nobody is to be told: windows of work, and silences."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import quiet as telling
from watchfloor.console import reading
from watchfloor.console.views.door import PageRequest, page
from watchfloor.platform.accounts.capabilities import MANAGE_MAINTENANCE


@require_safe
@page(MANAGE_MAINTENANCE)
def quiet(request: PageRequest) -> HttpResponse:
    viewer, now = request.viewer, timezone.now()
    manages_all = viewer.scope.all_clients
    context = {
        "windows": telling.windows(viewer.scope, now=now),
        "silences": telling.silences(viewer.scope, now=now) if manages_all else None,
        "all": manages_all,
        "days": list(enumerate(telling.DAYS)),
        "fields": telling.FIELDS.items(),
        "clients": reading.clients(viewer),
        "sites": reading.sites(viewer),
    }
    return render(request, "console/access/quiet.html", context)
