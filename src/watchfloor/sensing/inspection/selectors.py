"""Which windows are due, which sites are looked at in them, and whether the floor was there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from watchfloor.aiops.inspection.cadences import Cadence
from watchfloor.domain.org.models import Site
from watchfloor.sensing.inspection.models import InspectionRun, SiteAuditSchedule

GRIDS = {
    Cadence.HEARTBEAT: timedelta(minutes=5),
    Cadence.COMPREHENSIVE: timedelta(minutes=5),
    Cadence.DEEP: timedelta(hours=1),
}
"""The windows that there are; each site takes part in every so many of them."""
CAUGHT_UP = timedelta(hours=2)
"""After an outage windows are made up for that ended so long ago: as far back as is looked."""
AWAY = timedelta(minutes=15)
HOUR = timedelta(hours=1)


def due_windows(cadence: Cadence, until: datetime) -> Iterator[datetime]:
    """Yield the ends of windows that are due by `until` and were not inspected, in order."""
    grid = GRIDS[cadence]
    newest = _floor(until, grid)
    runs = InspectionRun.objects.filter(cadence=cadence)
    last = runs.order_by("-ends_at").values_list("ends_at", flat=True).first()
    if last is None:
        yield newest
        return
    window = max(last + grid, _floor(newest - CAUGHT_UP, grid))
    while window <= newest:
        yield window
        window += grid


def due_sites(cadence: Cadence, ends_at: datetime) -> list[SiteAuditSchedule]:
    """Return the schedules of the sites whose turn it is; one by default for who has none."""
    minute = round(ends_at.timestamp() / 60)
    sites = Site.objects.filter(is_active=True).select_related("client", "audit_schedule")
    schedules = (_schedule_of(site) for site in sites.order_by("code"))
    return [
        one
        for one in schedules
        if not one.is_skipped and minute % getattr(one, f"{cadence}_minutes") == 0
    ]


def minutes_between(site: Site, cadence: Cadence) -> int:
    """Return after how many minutes a site is looked at again; 0 where nobody looks."""
    schedule = _schedule_of(site)
    minutes: int = getattr(schedule, f"{cadence}_minutes")
    return 0 if schedule.is_skipped else minutes


def was_heard(at: datetime) -> bool:
    """Return whether the floor was there all the hour before, by its own heartbeats.

    What came in while it was away it did not hear: then nobody's silence means anything.
    """
    timely = InspectionRun.objects.filter(cadence=Cadence.HEARTBEAT, was_timely=True)
    ends = timely.filter(ends_at__gte=at - HOUR - AWAY, ends_at__lt=at).order_by("ends_at")
    moments = [*ends.values_list("ends_at", flat=True), at]
    if moments[0] > at - HOUR:
        return False
    return all(later - earlier <= AWAY for earlier, later in pairwise(moments))


def _schedule_of(site: Site) -> SiteAuditSchedule:
    known: SiteAuditSchedule | None = getattr(site, "audit_schedule", None)
    if known is None or not known.is_active:
        return SiteAuditSchedule(site=site)
    known.site = site
    return known


def _floor(moment: datetime, grid: timedelta) -> datetime:
    seconds = moment.timestamp() // grid.total_seconds() * grid.total_seconds()
    return datetime.fromtimestamp(seconds, moment.tzinfo)
