"""What the palette asks for while one types."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console.finding import find
from watchfloor.console.views.door import PageRequest, page
from watchfloor.platform.accounts.capabilities import VIEW

LONGEST = 100


@require_safe
@page(VIEW)
def find_json(request: PageRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:LONGEST]
    return JsonResponse({"found": find(request.viewer, words, now=timezone.now())})
