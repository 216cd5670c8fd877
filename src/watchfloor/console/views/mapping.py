"""Templates of `/ingest/json/<name>`, made by clicks on what came there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import mapping
from watchfloor.console.mapping import Draft
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.intake import selectors
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.errors import NotFound

LONGEST_LABEL = 60


@require_safe
@page(CONFIGURE)
def mappings(request: PageRequest) -> HttpResponse:
    whole_tenant(request)
    context = {"rows": mapping.listed(), "now": timezone.now()}
    return render(request, "console/mapping/list.html", context)


@require_safe
@page(CONFIGURE)
def one_mapping(request: PageRequest, name: str) -> HttpResponse:
    """Show what came to the name, the template as the address has it, and what it would make."""
    whole_tenant(request)
    capture = selectors.captures().filter(name=name).first()
    is_stored = selectors.mappings().filter(name=name).exists()
    if capture is None and not is_stored:
        raise NotFound("There is no template of this name, and nothing of it is captured.")
    draft, now = Draft.read(request.GET, name), timezone.now()
    bodies = mapping.latest(name)
    body = mapping.chosen(bodies, request.GET.get("body", ""))
    sample = mapping.value_of(body)
    added = request.GET.get("label", "").strip()[:LONGEST_LABEL]
    context = {
        "name": name,
        "address": f"{request.scheme}://{request.get_host()}/ingest/json/{name}",
        "capture": capture,
        "is_capturing": capture is not None and capture.until > now,
        "is_stored": is_stored,
        "draft": draft,
        "fields": mapping.rows(draft, added, sample, mapping.errors_of(draft)),
        "bodies": bodies,
        "body": body,
        "lines": mapping.lines(sample, draft.items),
        "outcome": mapping.outcome(draft, bodies, now) if draft.fields else None,
        "most_alerts": mapping.LISTED_ALERTS,
    }
    return render(request, "console/mapping/one.html", context)
