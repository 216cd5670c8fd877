"""Rosters over HTTP: a table or a calendar, published at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.importing import ImportOut, read_csv
from watchfloor.sensing.rosters import services, tables
from watchfloor.sensing.rosters.calendars import of_calendar

router = Router(tags=["rosters"])
LARGEST = 4_000_000


class RosterIn(Schema):
    """Shifts as rows, as a CSV, or as an iCalendar."""

    rows: list[dict[str, Any]] = Field([], description=", ".join(tables.COLUMNS))
    csv: str = Field("", max_length=LARGEST)
    ical: str = Field("", max_length=LARGEST)
    dry_run: bool = False


@router.post("/rosters/import", auth=needs(CONFIGURE), response={200: ImportOut, 422: ImportOut})
def import_rosters(request: HttpRequest, body: RosterIn) -> Status[dict[str, Any]]:
    """Publish the shifts, or say what is wrong with which and publish none."""
    viewer, now = viewer_of(request), timezone.now()
    if body.ical:
        roster = of_calendar(body.ical, now=now)
    else:
        given = body.rows or read_csv(body.csv, what="shifts", needs=("shift",))
        roster = tables.of_table(given)
    report = services.publish(
        roster, scope=viewer.scope, by=viewer.actor, now=now, dry_run=body.dry_run
    )
    return Status(422 if report.errors else 200, asdict(report))
