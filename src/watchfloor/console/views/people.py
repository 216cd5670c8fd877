"""The list of people, its file, and the page of one; names are for who may see persons."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import places
from watchfloor.console.persons import shown
from watchfloor.console.places import Wanted
from watchfloor.console.views.door import PageRequest, page
from watchfloor.console.views.exports import as_file
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.inventory import services as keeping
from watchfloor.domain.people.models import Employment, Person
from watchfloor.domain.people.registers import EMPLOYMENTS
from watchfloor.domain.people.selectors import latest_licences
from watchfloor.domain.registers.reading import RowReader
from watchfloor.noc.alerts import standing as alerts
from watchfloor.noc.incidents import standing as incidents
from watchfloor.platform.accounts.capabilities import AUDIT_VIEW, CONFIGURE, EXPORT, VIEW
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.errors import NotFound
from watchfloor.sensing.presence import selectors as presence

COLUMNS = ("code", "name", "home_site", "phone", "email")
"""As the import takes them."""


@require_safe
@page(VIEW)
def people(request: PageRequest) -> HttpResponse:
    viewer = request.viewer
    wanted = Wanted.read(request.GET)
    within = viewer.names_within
    # The place in a list by name would tell a name that may not be read.
    order = ("name", "id") if viewer.reads_names else ("id",)
    found, after = places.page_of(request, wanted, _found(viewer, wanted), order)
    firing = alerts.of_things(viewer.scope, "person", [person.pk for person in found])
    rows = [(shown(one, within), firing.get(one.pk)) for one in found]
    is_masked = any(one.is_masked for one, _ in rows)
    context = {"noun": "people", "wanted": wanted, "rows": rows, "next": after,
               "is_masked": is_masked}  # fmt: skip
    return render(request, "console/places/people.html", context)


@require_safe
@page(EXPORT)
def people_csv(request: PageRequest) -> StreamingHttpResponse:
    """Answer with the file. What may not be read is left empty: an import of it changes nothing."""
    viewer = request.viewer
    within = viewer.names_within
    order = "code" if within.all_clients else "id"
    found = places.all_of(_found(viewer, Wanted.read(request.GET)).order_by(order))
    rows = [inventory.person_row(person, within) | _home(person) for person in found]
    cells = ([row.get(name) for name in COLUMNS] for row in rows)
    has_names = any("name" in row for row in rows)
    return as_file(request, "people", "person", COLUMNS, cells, names=has_names)


@require_safe
@page(VIEW)
def person(request: PageRequest, person_id: UUID) -> HttpResponse:
    viewer = request.viewer
    found = _found(viewer, Wanted()).filter(pk=person_id).first()
    if found is None:
        raise NotFound("There is no such person.")
    going_on = places.going_on(
        incidents.holding(viewer.scope, "person", person_id),
        alerts.in_alarm(viewer.scope).filter(person_id=person_id),
        now=timezone.now(),
        zone=request.console.zone,
    )
    shown_person = shown(found, viewer.names_within)
    if not shown_person.is_masked:
        keeping.note_reading(found, by=viewer.actor, now=timezone.now())
    context = {
        "person": shown_person,
        "going_on": going_on,
        "duties": presence.duties_of(viewer.scope, found, timezone.now()),
        **_employment(found, viewer),
        "licences": latest_licences(found),
        "may_hand_out": _may_for_anybody(viewer, EXPORT),
        "may_erase": _may_for_anybody(viewer, CONFIGURE),
        "may_read_trail": viewer.may(AUDIT_VIEW) and viewer.acting(AUDIT_VIEW).scope.all_clients,
    }
    return render(request, "console/places/person.html", context)


def _employment(person: Person, viewer: Viewer) -> dict[str, object]:
    """Return how the person works here, and of the sites where they may those that are seen."""
    found = Employment.objects.filter(person=person, is_active=True).first()
    if found is None:
        return {}
    sites = RowReader.of(EMPLOYMENTS, viewer).said(found, "authorised_sites")
    return {"employment": found, "authorised_sites": sites}


def _may_for_anybody(viewer: Viewer, capability: str) -> bool:
    """Return whether they may do so with all persons, whom they see: a person is kept anywhere."""
    is_everywhere = viewer.acting(capability).scope.all_clients
    return viewer.may(capability) and is_everywhere and viewer.names_within.all_clients


def _found(viewer: Viewer, wanted: Wanted) -> QuerySet[Person]:
    rows = inventory.people_for(viewer.scope)
    if wanted.site:
        rows = rows.filter(home_site_id=wanted.site)
    within = viewer.names_within
    return inventory.people_matching(rows, wanted.q, within, verified=wanted.is_verified)


def _home(person: Person) -> dict[str, object]:
    return {"home_site": person.home_site.code if person.home_site else None}
