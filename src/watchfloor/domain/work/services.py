"""Record what is said of work orders, and make jobs into occurrences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from watchfloor.aiops.calendars import clock, recurrence
from watchfloor.aiops.calendars.priority import priority_of
from watchfloor.aiops.operation.events import Moment, WorkOrderState
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.work.models import Job, JobOccurrence, WorkOrder
from watchfloor.platform.moments import moment

CATCHES_UP = timedelta(days=7)
"""What was due longer ago, while the floor was away, is made no more."""
_SAID = (
    "site", "title", "category", "priority", "state", "asset", "vendor", "assignee", "opened_at",
    "changed_at", "due_at", "ended_at",
)  # fmt: skip
_WORDS = ("title", "category", "asset", "vendor", "assignee")


def record_work_orders(happenings: Sequence[Happening], now: datetime) -> None:
    """Write the work orders; what is older than what is known changes nothing."""
    told = [(one, one.event) for one in happenings if isinstance(one.event, WorkOrderState)]
    codes = {event.work_order for _, event in told}
    rows = {row.code: row for row in WorkOrder.objects.filter(code__in=codes)}
    for one, event in sorted(told, key=lambda pair: pair[0].at):
        at = moment(one.at)
        row = rows.get(event.work_order) or _opened(event, at)
        rows[row.code] = row
        if at >= row.changed_at:
            _say(row, one, event, at)
    WorkOrder.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["tenant", "code"],
        update_fields=_SAID,
    )


def make_occurrences(now: datetime) -> list[JobOccurrence]:
    """Make all times at which jobs were due since they were made last, each once. Return the new.

    Under the tenant's lock of its operation.
    """
    jobs = list(
        Job.objects.filter(is_active=True)
        .select_related("site", "asset", "person")
        .order_by("code")
    )
    made = [occurrence for job in jobs for occurrence in _occurrences(job, now)]
    JobOccurrence.objects.bulk_create(made)
    for job in jobs:
        job.planned_until = now
    Job.objects.bulk_update(jobs, ["planned_until"])
    return made


def event_of(occurrence: JobOccurrence) -> WorkOrderState:
    """Return what the floor tells of a job that is due: a new work order."""
    job, at = occurrence.job, occurrence.at.timestamp()
    return WorkOrderState(
        ts=Moment(at),
        work_order=occurrence.work_order,
        state=clock.NEW,
        site=job.site.code,
        due=Moment(occurrence.due_at.timestamp()),
        created=Moment(at),
        category=job.kind,
        priority=job.priority,
        title=job.name or job.code,
        asset=job.asset.code if job.asset else "",
        assignee=job.person.code if job.person else "",
    )


def _occurrences(job: Job, now: datetime) -> list[JobOccurrence]:
    since = max(job.planned_until or job.created_at, now - CATCHES_UP)
    lasts = timedelta(minutes=job.minutes + job.grace_minutes)
    times = recurrence.moments(job.times, job.site.time_zone, since.timestamp(), now.timestamp())
    return [
        JobOccurrence(
            job=job,
            at=moment(at),
            due_at=moment(at) + lasts,
            work_order=f"{job.code[:80]}-{moment(at):%Y%m%dT%H%MZ}",
        )
        for at in times
    ]


def _opened(event: WorkOrderState, at: datetime) -> WorkOrder:
    opened = at if event.created is None else min(at, moment(event.created))
    return WorkOrder(code=event.work_order, opened_at=opened, changed_at=at)


def _say(row: WorkOrder, one: Happening, event: WorkOrderState, at: datetime) -> None:
    """Let the row say what was said; what was left out stays as it was."""
    for name in _WORDS:
        setattr(row, name, getattr(event, name) or getattr(row, name))
    row.site_id = one.site_id or row.site_id
    row.priority = priority_of(event.priority) or row.priority
    row.state = clock.state_of(event.state)
    row.changed_at = at
    row.due_at = row.due_at if event.due is None else moment(event.due)
    row.ended_at = at if row.state in clock.ENDED else None
