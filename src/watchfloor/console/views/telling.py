"""Whom the floor tells of incidents, how that went of late, and whom it tells that it is alive."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import words
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.integrations import selectors
from watchfloor.noc.integrations.models import DeliveryState
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import INTEGRATIONS_MANAGE

LISTED = 50
UNDER_WAY = frozenset({DeliveryState.PENDING, DeliveryState.SENDING})
AGAIN = frozenset({DeliveryState.FAILED, DeliveryState.UNKNOWN})


@require_safe
@page(INTEGRATIONS_MANAGE)
def telling(request: PageRequest) -> HttpResponse:
    whole_tenant(request)
    lately = selectors.deliveries().select_related("incident").order_by("-id")[:LISTED]
    context = {
        "rules": selectors.rules(),
        "severities": words.SEVERITIES.items(),
        "deliveries": [
            (
                one,
                words.DELIVERIES[one.state],
                one.state in UNDER_WAY,
                one.state in AGAIN,
            )
            for one in lately
        ],
        "heartbeats": selectors.heartbeats(),
    }
    return render(request, "console/access/telling.html", context)
