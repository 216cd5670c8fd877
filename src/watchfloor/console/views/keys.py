"""The keys with which programs send and ask."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console.places import Wanted, page_of
from watchfloor.console.views.door import PageRequest, page
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import INTEGRATIONS_MANAGE, KEY_SCOPES
from watchfloor.platform.accounts.models import ApiKey, Integration

SCOPES: Mapping[str, str] = {
    "ingest": "send reports",
    "read": "see what is within its bounds, and take it out as files",
    "operate": "do what an operator does, and declare maintenance",
    "admin": "do everything an administrator may",
}
CHOICES = 500


@require_safe
@page(INTEGRATIONS_MANAGE)
def keys(request: PageRequest) -> HttpResponse:
    whole_tenant(request)
    wanted = Wanted.read(request.GET)
    rows = ApiKey.objects.select_related("integration")
    found, after = page_of(request, wanted, rows, ("-created_at", "-id"))
    context = {
        "rows": found,
        "wanted": wanted,
        "next": after,
        "scopes": [(name, SCOPES[name]) for name in KEY_SCOPES],
        "integrations": Integration.objects.order_by("name")[:CHOICES],
    }
    return render(request, "console/access/keys.html", context)
