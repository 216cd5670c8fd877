"""The list of sites, its file, and the page of one: what goes on there, and what hangs on it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import calling, places, topology
from watchfloor.console.places import Wanted
from watchfloor.console.views.door import PageRequest, page
from watchfloor.console.views.exports import as_file
from watchfloor.domain.contacts.selectors import contacts_for
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.org.models import Site
from watchfloor.domain.plans.selectors import plans_for
from watchfloor.noc.alerts import standing as alerts
from watchfloor.noc.incidents import standing as incidents
from watchfloor.platform.accounts.capabilities import CONFIGURE, EXPORT, VIEW, VIEW_PII
from watchfloor.platform.accounts.scope import Scope, Viewer

COLUMNS = (
    "code", "name", "client", "parent", "time_zone", "criticality", "latitude", "longitude",
    "radius_m", "region", "feeder", "carrier",
)  # fmt: skip
"""As the import takes them."""
CALL_LIST_COLUMNS = ("site", "name", "phone", "role", "hours")


@require_safe
@page(VIEW)
def sites(request: PageRequest) -> HttpResponse:
    scope = request.viewer.scope
    wanted = Wanted.read(request.GET)
    found, after = places.page_of(request, wanted, _found(scope, wanted), ("name", "id"))
    ids = [site.pk for site in found]
    still_open = incidents.open_at_each(scope, ids)
    firing = alerts.of_things(scope, "site", ids)
    rows = [(one, still_open.get(one.pk), firing.get(one.pk)) for one in found]
    context = {"noun": "sites", "wanted": wanted, "rows": rows, "next": after}
    return render(request, "console/places/sites.html", context)


@require_safe
@page(EXPORT)
def sites_csv(request: PageRequest) -> StreamingHttpResponse:
    scope = request.viewer.scope
    found = places.all_of(_found(scope, Wanted.read(request.GET)).order_by("code"))
    return as_file(request, "sites", "site", COLUMNS, (_cells(scope, one) for one in found))


@require_safe
@page(EXPORT)
def call_lists_csv(request: PageRequest) -> StreamingHttpResponse:
    """Answer with the lines of all call lists whose names may be read."""
    viewer = request.viewer
    within = viewer.names_within
    found = places.all_of(contacts_for(viewer.scope))
    rows = [one for one in found if within.covers(one.site.client_id, one.site_id)]
    cells = ([one.site.code, one.name, one.phone, one.role, one.hours] for one in rows)
    columns = CALL_LIST_COLUMNS
    return as_file(request, "call-lists", "contact", columns, cells, names=bool(rows))


@require_safe
@page(VIEW)
def site(request: PageRequest, site_id: UUID) -> HttpResponse:
    scope = request.viewer.scope
    tree = topology.of(scope, site_id)
    at_it = alerts.in_alarm(scope).filter(site_id__in=tree.below)
    now, zone = timezone.now(), request.console.zone
    going_on = places.going_on(incidents.at_sites(scope, tree.below), at_it, now=now, zone=zone)
    context = {"site": tree.site, "tree": tree, "going_on": going_on,
               "parent": _parent(scope, tree.site),
               "calls": calling.of_site(request.viewer, site_id, now),
               "plans": list(plans_for(scope).filter(site=site_id)),
               "may_add_plans": _may(request.viewer, tree.site, CONFIGURE),
               # Who cannot read the list would write masks over it.
               "may_edit_calls": _may(request.viewer, tree.site, CONFIGURE, VIEW_PII)}  # fmt: skip
    return render(request, "console/places/site.html", context)


def _found(scope: Scope, wanted: Wanted) -> QuerySet[Site]:
    rows = inventory.sites_for(scope).select_related("client", "parent")
    return inventory.matching(rows, wanted.q, verified=wanted.is_verified)


def _parent(scope: Scope, site: Site) -> Site | None:
    """Return the site above, if it is for the viewer to see."""
    above = site.parent
    return above if above is not None and scope.covers(above.client_id, above.pk) else None


def _may(viewer: Viewer, site: Site, *needed: str) -> bool:
    """Whether somebody holds all of these capabilities at the site."""
    return all(
        viewer.may(one) and viewer.acting(one).scope.covers(site.client_id, site.pk)
        for one in needed
    )


def _cells(scope: Scope, site: Site) -> list[object]:
    parent = _parent(scope, site)
    codes = {"client": site.client and site.client.code, "parent": parent and parent.code}
    return [codes[name] if name in codes else getattr(site, name) for name in COLUMNS]
