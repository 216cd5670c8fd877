"""Who may sign in, what they may do and where; and the page of one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import access as telling
from watchfloor.console import reading
from watchfloor.console.places import Wanted, page_of
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.desks import skills
from watchfloor.platform.accounts import factors, requiring, services
from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, ROLES
from watchfloor.platform.accounts.signing import LINK_LIFE

GRACE = timedelta(days=7)


@require_safe
@page(CONFIGURE)
def access(request: PageRequest) -> HttpResponse:
    whole_tenant(request)
    rule = requiring.read()
    wanted = Wanted.read(request.GET)
    found, after = page_of(request, wanted, telling.users(wanted.q), ("email", "id"))
    context = {
        "rows": telling.roles_of(found),
        "wanted": wanted,
        "next": after,
        "meanings": telling.meanings(),
        "codes_rule": rule,
        "codes_from": rule.starts_at or timezone.now() + GRACE,
    }
    return render(request, "console/access/list.html", context | _choices(request))


@require_safe
@page(CONFIGURE)
def account(request: PageRequest, user_id: UUID) -> HttpResponse:
    whole_tenant(request)
    user = services.user_of_tenant(user_id)
    [(_, held)] = telling.roles_of([user])
    factor = factors.of(user)
    cookie = request.session.session_key or ""
    context = {
        "account": user,
        "held": held,
        "skills": skills.of_user(user),
        "codes_since": factor.confirmed_at if factor else None,
        "sessions": telling.sessions(user, cookie=cookie, now=timezone.now()),
        "is_oneself": user == request.user,
    }
    return render(request, "console/access/account.html", context | _choices(request))


def _choices(request: PageRequest) -> dict[str, Any]:
    return {
        "roles": list(ROLES),
        "clients": reading.clients(request.viewer),
        "sites": reading.sites(request.viewer),
        "link_minutes": int(LINK_LIFE.total_seconds() // 60),
    }
