"""The senders: what each has sent of late, and how to connect the next one."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import reading
from watchfloor.console import sources as telling
from watchfloor.console.places import Wanted, page_of
from watchfloor.console.snippets import snippets
from watchfloor.console.views.door import PageRequest, page
from watchfloor.domain.org.models import Client
from watchfloor.domain.video.selectors import ALL_CLIENTS, Templates
from watchfloor.noc.alerts import senders
from watchfloor.noc.rhythm.services import LONGEST, SHORTEST
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, INTEGRATIONS_MANAGE

SOONEST = 5.0
LEAST_REST = 20
"""An open page counts anew after this many times what counting took: 1.2 s for 720,000 reports."""


@require_safe
@page(INTEGRATIONS_MANAGE)
def sources(request: PageRequest) -> HttpResponse:
    whole_tenant(request)
    wanted = Wanted.read(request.GET)
    found, after = page_of(request, wanted, telling.integrations(), telling.ORDER)
    began = perf_counter()
    sent = senders.lately(timezone.now())
    context = {
        "pace": max(SOONEST, LEAST_REST * (perf_counter() - began)),
        "sources": [telling.source(one, sent) for one in found],
        "wanted": wanted,
        "next": after,
        "shortest": SHORTEST,
        "longest": LONGEST,
        "snippets": snippets(request.scheme or "http", request.get_host()),
    }
    if request.console.may_set_up:
        clients = reading.clients(request.viewer.acting(CONFIGURE))
        context |= {"clients": clients, "video": _video(request.console.video, clients)}
    return render(request, "console/access/sources.html", context)


def _video(set_to: Templates, clients: Sequence[Client]) -> list[tuple[Client | None, str]]:
    """Return each link that is set with its client, that of all others first."""
    own = [(one, set_to[str(one.pk)]) for one in clients if str(one.pk) in set_to]
    return [*((None, one) for key, one in set_to.items() if key == ALL_CLIENTS), *own]
