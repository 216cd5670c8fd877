"""Record tours: as they are planned, walked, finished. A batch, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from watchfloor.aiops.operation.events import (
    TourCancelled,
    TourFinished,
    TourPlanned,
    TourScan,
    TourStarted,
)
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.tours import selectors
from watchfloor.domain.tours.models import Scan, Tour
from watchfloor.platform.moments import moment

_TOLD = (
    "site", "route", "person", "person_code", "starts_at", "ends_at", "is_mandatory",
    "checkpoints", "scanned", "started_at", "last_scan_at", "finished_at", "cancelled_at",
    "planned_at", "heard_at",
)  # fmt: skip


def record(happenings: Sequence[Happening], now: datetime) -> None:
    """Write what the events say of their tours, and every scan."""
    codes = {one.event.tour for one in happenings}  # type: ignore[attr-defined]
    tours = {tour.code: tour for tour in Tour.objects.filter(code__in=codes)}
    routes = selectors.checkpoints_by_route() if _needs_routes(happenings) else {}
    for one in happenings:
        code = one.event.tour  # type: ignore[attr-defined]
        at = moment(one.at)
        tour = tours.setdefault(code, Tour(code=code, heard_at=at))
        _note_place(tour, one, at)
        _hear(tour, one, at, routes)
    Tour.objects.bulk_create(
        tours.values(),
        update_conflicts=True,
        unique_fields=["tenant", "code"],
        update_fields=_TOLD,
    )
    scans = [_scan(one, one.event) for one in happenings if isinstance(one.event, TourScan)]
    Scan.objects.bulk_create(scans, ignore_conflicts=True)


def _needs_routes(happenings: Sequence[Happening]) -> bool:
    return any(
        isinstance(one.event, TourPlanned) and one.event.route and not one.event.checkpoints
        for one in happenings
    )


def _note_place(tour: Tour, one: Happening, at: datetime) -> None:
    tour.heard_at = max(tour.heard_at, at)
    tour.site_id = one.site_id or tour.site_id
    if person := getattr(one.event, "person", ""):
        tour.person_id, tour.person_code = one.person_id, person


def _hear(tour: Tour, one: Happening, at: datetime, routes: Mapping[str, list[str]]) -> None:
    event = one.event
    if isinstance(event, TourPlanned | TourCancelled):
        if tour.planned_at is None or tour.planned_at <= at:
            tour.planned_at = at
            _plan(tour, event, at, routes)
    elif isinstance(event, TourStarted):
        tour.started_at = min(tour.started_at or at, at)
    elif isinstance(event, TourScan):
        tour.started_at = tour.started_at or at
        tour.last_scan_at = max(tour.last_scan_at or at, at)
        if event.checkpoint not in tour.scanned:
            tour.scanned = [*tour.scanned, event.checkpoint]
    elif isinstance(event, TourFinished):
        tour.finished_at = at


def _plan(
    tour: Tour,
    event: TourPlanned | TourCancelled,
    at: datetime,
    routes: Mapping[str, list[str]],
) -> None:
    if isinstance(event, TourPlanned):
        tour.route, tour.is_mandatory, tour.cancelled_at = event.route, event.mandatory, None
        tour.starts_at, tour.ends_at = moment(event.start), moment(event.end)
        tour.checkpoints = list(dict.fromkeys(event.checkpoints or routes.get(event.route, [])))
    else:
        tour.cancelled_at = at


def _scan(one: Happening, event: TourScan) -> Scan:
    return Scan(
        id=UUID(one.event_id),
        at=moment(one.at),
        tour_code=event.tour,
        checkpoint=event.checkpoint,
        site_id=one.site_id,
        person_id=one.person_id,
    )
