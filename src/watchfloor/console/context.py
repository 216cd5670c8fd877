"""What every page knows without asking."""

from __future__ import annotations

from django.http import HttpRequest

from watchfloor.platform.accounts.middleware import viewer_in


def console(request: HttpRequest) -> dict[str, object]:
    return {"viewer": viewer_in(request)}
