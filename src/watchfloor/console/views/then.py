"""The floor as it was at an earlier moment, only to read: `?at=` at the list and at a page."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from watchfloor.console import reading
from watchfloor.console.ranges import moment
from watchfloor.console.views.door import PageRequest, reader_of
from watchfloor.noc.incidents import past
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.platform.errors import Invalid, NotFound

LISTED = 200
USUAL = timedelta(hours=1)


def list_then(request: PageRequest) -> HttpResponse:
    """Answer with what was open; an empty `at` is an hour ago, as it is where `at` is refused."""
    reader = reader_of(request)
    at, refused = reader.now - USUAL, None
    if request.GET["at"]:
        try:
            at = moment(request.GET, "at", reader)
            past.check(at, reader.now)
        except Invalid as error:
            at, refused = reader.now - USUAL, error
    found = past.open_then(reading.listed(request.viewer), at)
    context = {
        "at": at,
        "refused": refused,
        "rows": found.select_related("site", "client")[:LISTED],
        "most": LISTED,
    }
    return render(request, "console/incidents/then.html", context)


def incident_then(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """Answer with what had happened to it. Raises: Invalid; NotFound before it began, too."""
    reader, viewer = reader_of(request), request.viewer
    at = moment(request.GET, "at", reader)
    past.check(at, reader.now)
    found = past.at_moment(incidents.visible(viewer.scope).filter(pk=incident_id), at)
    incident = found.select_related("site", "client").first()
    if incident is None:
        raise NotFound("There was no such incident.")
    told = reading.timeline_then(viewer, incident_id, at)
    context = {"at": at, "incident": incident, "timeline": told}
    return render(request, "console/incidents/one_then.html", context)
