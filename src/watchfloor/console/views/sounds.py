"""What sounds at the desks, and how: set for the whole tenant."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import sounding
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.sounds import selectors
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE


@require_safe
@page(CONFIGURE)
def sounds(request: PageRequest) -> HttpResponse:
    whole_tenant(request)
    policy = selectors.policy(request.console.user.tenant.settings)
    context = {"lines": sounding.lines(policy), "tones": sounding.TONES.items()}
    return render(request, "console/access/sounds.html", context)
