"""Publish rosters that people wrote: each shift becomes an event, like those of senders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec

from watchfloor.aiops.operation.events import RosterPublished
from watchfloor.aiops.operation.stored import Arrived, EventError, read
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.domain.shifts.models import Shift
from watchfloor.noc.intake import services as intake
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.ids import uuid7
from watchfloor.platform.importing import ImportReport, RowError, all_or_nothing
from watchfloor.platform.zones import in_zone
from watchfloor.sensing.rosters.tables import COLUMNS, Row

KIND = "shift"


def publish(
    rows: Sequence[tuple[int, Row]],
    *,
    scope: Scope,
    by: Actor,
    now: datetime,
    dry_run: bool = False,
) -> ImportReport:
    """Publish the shifts, all or none. A shift that is known is published again.

    They are worked a moment later, as events are. Any error, or `dry_run`, changes nothing.
    """
    with all_or_nothing(dry_run=dry_run) as report:
        sites = {site.code: site for site in inventory.sites_for(scope)}
        events = [
            event
            for number, row in rows
            if (event := _event(row, number, sites, report, now)) is not None
        ]
        _check_people(rows, report)
        known = _known_shifts(rows)
        _check_places(rows, known, sites, report)
        report.errors.sort(key=attrgetter("row"))
        report.changed = sum(1 for event in events if event.shift in known)
        report.created = len(events) - report.changed
        if events:
            intake.put_events([_arrived(event, now) for event in events])
            counts = {"created": report.created, "changed": report.changed}
            audit.record(by, "roster.published", KIND, "", at=now, after=counts)
    return report


def _event(
    row: Mapping[str, Any],
    number: int,
    sites: Mapping[str, Site],
    report: ImportReport,
    now: datetime,
) -> RosterPublished | None:
    """Return the event of a row, or None with its faults in the report."""
    site = sites.get(str(row.get("site", "")).strip())
    if site is None:
        message = f"no site has the code {row.get('site', '')!r}; import it first"
        report.errors.append(RowError(KIND, number, "site", message))
        return None
    told = {name: row[name] for name in COLUMNS if row.get(name) not in (None, "")}
    told |= {"kind": "roster", "ts": now.isoformat(), "site": site.code}
    for name in ("start", "end"):
        if name in told:
            told[name] = in_zone(told[name], site.time_zone)
    try:
        event = read("roster", msgspec.json.encode(told))
    except EventError as error:
        name = error.fault.pointer.strip("/")
        message = error.fault.message.removeprefix(f"{name}: ")
        report.errors.append(RowError(KIND, number, name or KIND, message))
        return None
    if not isinstance(event, RosterPublished):
        return None
    if event.end <= event.start:
        report.errors.append(RowError(KIND, number, "end", "a shift ends after it begins"))
        return None
    return event


def _known_shifts(rows: Sequence[tuple[int, Row]]) -> dict[str, str | None]:
    """Return the sites of the shifts that were published before, by code."""
    codes = {str(row.get("shift", "")).strip() for _, row in rows}
    return dict(Shift.objects.filter(code__in=codes).values_list("code", "site__code"))


def _check_places(
    rows: Sequence[tuple[int, Row]],
    known: Mapping[str, str | None],
    sites: Mapping[str, Site],
    report: ImportReport,
) -> None:
    """Nobody takes over a shift of a site that is not theirs by using its code."""
    for number, row in rows:
        site = known.get(str(row.get("shift", "")).strip())
        if site is not None and site not in sites:
            message = "this one lies beyond your places; choose another"
            report.errors.append(RowError(KIND, number, "shift", message))


def _check_people(rows: Sequence[tuple[int, Row]], report: ImportReport) -> None:
    """Who is not in the register cannot be reached, nor told apart from somebody misspelt."""
    named = {person for _, row in rows for person in row["people"]}
    known = set(Person.objects.filter(code__in=named).values_list("code", flat=True))
    for number, row in rows:
        for person in row["people"]:
            if person not in known:
                message = f"no person has the code {person!r}; import them first"
                report.errors.append(RowError(KIND, number, "people", message))


def _arrived(event: RosterPublished, now: datetime) -> Arrived:
    return Arrived(uuid7().hex, "roster", OURSELVES, now.timestamp(), event)
