"""Watch mode: switching it, and what each day of it showed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import kpis, reading
from watchfloor.console import watching as telling
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.integrations.models import Delivery, DeliveryState
from watchfloor.noc.kpis import selectors as figures
from watchfloor.noc.rehearsal import selectors as rehearsals
from watchfloor.noc.watching import rehearsing, selectors
from watchfloor.platform.accounts import organisation
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.platform.accounts.organisation import Organisation
from watchfloor.platform.accounts.scope import Viewer

LISTED = 30


@require_safe
@page(VIEW)
def watching(request: PageRequest) -> HttpResponse:
    viewer = request.viewer
    watches = list(selectors.watches(viewer.scope).order_by("-ended_at", "started_at"))
    own = organisation.in_settings(request.console.user.tenant.settings)
    context: dict[str, Any] = {
        "under_way": [one for one in watches if one.ended_at is None],
        "over": [one for one in watches if one.ended_at is not None][:LISTED],
        "days": [telling.shown(row) for row in selectors.days(viewer.scope)[:LISTED]],
        "acts": selectors.acts().exists() if viewer.scope.all_clients else None,
        "is_compared": figures.baselines(viewer.scope).exists(),
    }
    if viewer.may(CONFIGURE):
        context |= _choices(viewer.acting(CONFIGURE), own)
    return render(request, "console/watching/list.html", context)


@require_safe
@page(VIEW)
def compared(request: PageRequest) -> HttpResponse:
    """Answer with the last watch's figures beside those of now: the page does not wait for them."""
    kept, now = figures.baseline(request.viewer.scope), timezone.now()
    if kept is None:
        raise Http404
    live = figures.figures(kept.watch.scope, since=now - figures.USUAL_PERIOD, until=now)
    context = {"baseline": kept, "compared": kpis.compared(kept, live)}
    return render(request, "console/watching/compared.html", context)


@require_safe
@page(VIEW)
def day(request: PageRequest, day: str) -> HttpResponse:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    scope = request.viewer.scope
    may_rehearse = selectors.may_rehearse(request.viewer)
    rows = list(selectors.days(scope, on=on))
    replayed = rehearsing.of_days(rows) if may_rehearse else {}
    shown = [telling.shown(row, replayed.get(row.pk)) for row in rows]
    if not shown:
        raise Http404
    context: dict[str, Any] = {"date": on, "shown": shown, "may_rehearse": may_rehearse}
    if may_rehearse:
        enabled = rehearsals.enabled()
        context["enabled_document"] = enabled.document if enabled else {}
    return render(request, "console/watching/day.html", context)


@require_safe
@page(VIEW)
def so_far(request: PageRequest, watch_id: UUID) -> HttpResponse:
    """Answer with the day of a watch that is under way."""
    watch = selectors.watch(request.viewer.scope, watch_id)
    shown = telling.so_far(watch, timezone.now())
    if shown is None:
        raise Http404
    context = {"date": shown.date, "shown": [shown], "may_rehearse": False}
    return render(request, "console/watching/day.html", context)


def _choices(viewer: Viewer, own: Organisation) -> dict[str, Any]:
    """Return what may be watched by who looks, and what ending it would send."""
    withheld = Delivery.objects.filter(
        state=DeliveryState.WITHHELD, incident__state="NEW", incident__is_listed=True
    )
    return {
        "may_switch": True,
        "may_watch_all": viewer.scope.all_clients,
        "clients": reading.clients(viewer),
        "sites": reading.sites(viewer),
        "withheld": withheld.count() if viewer.scope.all_clients else None,
        "organisation": own if viewer.scope.all_clients else None,
        "most_desks": organisation.MOST_DESKS,
    }
