"""Standing orders: their list, the page of one, what came of them, and that of an incident."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import reading
from watchfloor.console.orders import Asked, by_client
from watchfloor.console.places import Wanted, all_of, page_of
from watchfloor.console.views.door import PageRequest, page, reader_of
from watchfloor.console.views.exports import as_file
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.noc.incidents import partial
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.noc.incidents.states import OVER
from watchfloor.noc.orders import report, selectors, sheets
from watchfloor.noc.orders.specs import MOST_STEPS
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, CONFIGURE, EXPORT, VIEW


@require_safe
@page(VIEW)
def orders(request: PageRequest) -> HttpResponse:
    wanted = Wanted.read(request.GET)
    found = selectors.matching(selectors.visible(request.viewer.scope), wanted.q)
    rows, after = page_of(request, wanted, found, ("code", "id"))
    context = {
        "wanted": wanted,
        "versions": [selectors.said(one) for one in rows],
        "next": after,
        "may_edit": request.viewer.may(CONFIGURE),
        "columns": ", ".join(sheets.COLUMNS),
    }
    return render(request, "console/orders/list.html", context)


@require_safe
@page(EXPORT)
def orders_csv(request: PageRequest) -> StreamingHttpResponse:
    """Answer with the orders in force, as the import takes them."""
    wanted = Wanted.read(request.GET)
    found = selectors.matching(selectors.visible(request.viewer.scope), wanted.q)
    versions = [selectors.said(one) for one in all_of(found.order_by("code"))]
    return as_file(request, "orders", "order", sheets.COLUMNS, sheets.rows(versions))


@require_safe
@page(CONFIGURE)
def new_order(request: PageRequest) -> HttpResponse:
    context = {"sites": reading.sites(request.viewer), "may_edit": True, "most": MOST_STEPS}
    return render(request, "console/orders/order.html", context)


@require_safe
@page(VIEW)
def order(request: PageRequest, order_id: UUID) -> HttpResponse:
    scope = request.viewer.scope
    found = selectors.one(scope, order_id)
    may_edit = request.viewer.may(CONFIGURE)
    context = {
        "order": found,
        "said": selectors.said(found),
        "versions": selectors.versions(scope, found),
        "sites": reading.sites(request.viewer) if may_edit else (),
        "may_edit": may_edit,
        "most": MOST_STEPS,
    }
    return render(request, "console/orders/order.html", context)


@require_safe
@page(VIEW)
def orders_report(request: PageRequest) -> HttpResponse:
    scope, asked = request.viewer.scope, Asked.read(request.GET, reader_of(request))
    lines = report.lines(scope, since=asked.since, until=asked.until, client=asked.client)
    clients = inventory.clients_for(scope).order_by("name", "code")[: reading.CHOICES]
    context = {"asked": asked, "when": asked.when, "clients": clients, "reports": by_client(lines)}
    return render(request, "console/orders/report.html", context)


@require_safe
@page(EXPORT)
def orders_report_csv(request: PageRequest) -> StreamingHttpResponse:
    asked = Asked.read(request.GET, reader_of(request))
    scope = request.viewer.scope
    lines = report.lines(scope, since=asked.since, until=asked.until, client=asked.client)
    rows = report.rows(lines)
    return as_file(request, "orders-report", "order-report", report.COLUMNS, rows)


@require_safe
@page(VIEW)
def incident_order(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """Answer with the standing order of an incident alone, for who sees all of the incident."""
    scope = request.viewer.scope
    incident = incidents.one(scope, incident_id)
    found = selectors.holding(incident) if partial.is_whole(scope, incident.pk) else None
    is_open = incident.state not in OVER
    context = {
        "order": found,
        "is_open": is_open,
        "may_act": is_open and request.viewer.may(ACK_ALERTS),
    }
    return render(request, "console/incidents/order.html", context)
