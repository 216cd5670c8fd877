"""Publish rosters that people wrote: each shift becomes an event, like those of senders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

import msgspec

from watchfloor.aiops.operation.events import RosterPublished
from watchfloor.aiops.operation.stored import Arrived, EventError, read
from watchfloor.domain.org.models import Site
from watchfloor.domain.shifts.models import Shift
from watchfloor.noc.intake import services as intake
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.ids import uuid7
from watchfloor.platform.importing import ImportReport, RowError, all_or_nothing
from watchfloor.platform.zones import in_zone
from watchfloor.sensing.rosters.meaning import Meaning
from watchfloor.sensing.rosters.tables import COLUMNS, KIND, Roster, Row

Numbered = tuple[int, Row]


def publish(
    roster: Roster,
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
        report.notes += roster.notes
        report.errors += roster.faults
        known = _known_shifts(roster.rows)
        meaning = Meaning.of((one for _, row in roster.rows for one in row["people"]), scope)
        rows = list(_with_cancelled(roster.rows, known, report))
        events = [
            event for number, row in rows for event in _events(number, row, meaning, report, now)
        ]
        _check_places(rows, known, meaning, report)
        # A series has as many rows as times, and each of them the same faults.
        report.errors = sorted(dict.fromkeys(report.errors), key=attrgetter("row"))
        report.changed = sum(1 for event in events if event.shift in known)
        report.created = len(events) - report.changed
        if events:
            intake.put_events([_arrived(event, now) for event in events])
            counts = {"created": report.created, "changed": report.changed}
            audit.record(by, "roster.published", KIND, "", at=now, after=counts)
    return report


def _with_cancelled(
    rows: Sequence[Numbered], known: Mapping[str, str | None], report: ImportReport
) -> Iterator[Numbered]:
    """Yield the rows. For a shift that is cancelled nobody is needed, if it was ever published."""
    ended = unknown = 0
    for number, row in rows:
        if row.get("is_cancelled") is not True:
            yield number, row
        elif row["shift"] in known:
            ended += 1
            yield number, {**row, "required": 0, "people": []}
        else:
            unknown += 1
    if ended:
        report.notes.append(f"{ended} shifts are cancelled: nobody is needed for them any more")
    if unknown:
        report.notes.append(f"{unknown} cancelled shifts were never published: they are left out")


def _events(
    number: int, row: Row, meaning: Meaning, report: ImportReport, now: datetime
) -> Iterator[RosterPublished]:
    """Yield the event of a row, or put its faults in the report."""
    faults: list[tuple[str, str]] = []
    people = list(_people(row, meaning, faults))
    site = meaning.site(str(row.get("site", "")).strip())
    if site is None:
        faults.append(("site", f"no site is known as {row.get('site', '')!r}; import it first"))
    elif (event := _read(row, site, people, faults, now)) and not faults:
        yield event
    where = f" ({row['where']})" if "where" in row else ""
    report.errors += [RowError(KIND, number, name, said + where) for name, said in faults]


def _people(row: Row, meaning: Meaning, faults: list[tuple[str, str]]) -> Iterator[str]:
    """Who is not in the register cannot be reached, nor told apart from somebody misspelt."""
    for named in row["people"]:
        if code := meaning.person(named):
            yield code
        else:
            faults.append(("people", f"nobody is known as {named!r}; import them first"))


def _read(
    row: Row, site: Site, people: Iterable[str], faults: list[tuple[str, str]], now: datetime
) -> RosterPublished | None:
    told = {name: row[name] for name in COLUMNS if row.get(name) not in (None, "")}
    told |= {
        "kind": "roster",
        "ts": now.isoformat(),
        "site": site.code,
        "people": list(dict.fromkeys(people)),
    }
    for name in ("start", "end"):
        if name in told:
            told[name] = in_zone(told[name], site.time_zone)
    try:
        event = read("roster", msgspec.json.encode(told))
    except EventError as error:
        name = error.fault.pointer.strip("/")
        faults.append((name or KIND, error.fault.message.removeprefix(f"{name}: ")))
        return None
    if not isinstance(event, RosterPublished):
        return None
    if event.end <= event.start:
        faults.append(("end", "a shift ends after it begins"))
    return event


def _known_shifts(rows: Sequence[Numbered]) -> dict[str, str | None]:
    """Return the sites of the shifts that were published before, by code."""
    codes = {str(row.get("shift", "")).strip() for _, row in rows}
    return dict(Shift.objects.filter(code__in=codes).values_list("code", "site__code"))


def _check_places(
    rows: Sequence[Numbered],
    known: Mapping[str, str | None],
    meaning: Meaning,
    report: ImportReport,
) -> None:
    """Nobody takes over a shift of a site that is not theirs by using its code."""
    for number, row in rows:
        site = known.get(str(row.get("shift", "")).strip())
        if site is not None and site not in meaning.sites:
            message = "this one lies beyond your places; choose another"
            report.errors.append(RowError(KIND, number, "shift", message))


def _arrived(event: RosterPublished, now: datetime) -> Arrived:
    return Arrived(uuid7().hex, "roster", OURSELVES, now.timestamp(), event)
