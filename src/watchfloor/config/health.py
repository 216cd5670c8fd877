"""Is this process alive, and may it serve."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from watchfloor.platform.tenancy import selfcheck


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process answers at all."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database is there and guards the tenants, else 503 with why."""
    try:
        problems = selfcheck.problems()
    except DatabaseError:
        problems = ["the database is away"]
    status = 503 if problems else 200
    return JsonResponse(
        {"status": "unready" if problems else "ready", "problems": problems}, status=status
    )
