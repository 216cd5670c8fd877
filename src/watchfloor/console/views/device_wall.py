"""All devices as small tiles, the sites with the worst of them first."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import device_wall as wall
from watchfloor.console.views.door import PageRequest, page
from watchfloor.platform.accounts.capabilities import VIEW


@require_safe
@page(VIEW)
def device_wall(request: PageRequest) -> HttpResponse:
    wanted = wall.Wanted.read(request.GET)
    context = {
        "wanted": wanted,
        "wall": wall.read(request.viewer.scope, wanted, timezone.now()),
    }
    return render(request, "console/device_wall.html", context)
