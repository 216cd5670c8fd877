"""Goes on counting, hour by hour: judges each new hour by what was learnt before, and learns it.

Counts are of the time at which things happened. The last day is counted anew each time, for what
came late, and all since the beginning of history that was brought in; an hour is judged once. A
year of history is taken in at first, and nothing of it told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from watchfloor.aiops.baselines.history import KEPT
from watchfloor.aiops.baselines.slots import HOUR, hour_of
from watchfloor.domain.helpdesk import selectors as helpdesk
from watchfloor.domain.org.models import Site
from watchfloor.platform.moments import moment
from watchfloor.sensing.baselines import departing, telling
from watchfloor.sensing.baselines.going_on import GoingOn, describe, unheard
from watchfloor.sensing.baselines.metrics import METRICS, Counted, Metric
from watchfloor.sensing.baselines.models import BaselineClock, BaselineDeparture, BaselineProfile
from watchfloor.sensing.reactive import store

SETTLES = timedelta(minutes=15)
"""After so long an hour is judged; what comes later still is counted, and tells of nothing."""
MOST = 1000
"""Profiles at once: about eight seconds, in which nothing else that is due is done."""
RECOUNTED = 24
JUDGED = 24
"""Hours, the newest: after an outage what is older is history."""


def catch_up(now: datetime, most: int = MOST) -> int:
    """Go on to the last hour that is settled, for the tenant in scope; return how many profiles
    went on. After `most` of them the metrics that are left wait for the next call."""
    until = moment_of(hour_of((now - SETTLES).timestamp()))
    counted = BaselineClock.objects.filter(counted_until__gte=until)
    if history := store.brought_in():
        counted = counted.filter(counted_at__gte=history.at)
    done = set(counted.values_list("metric", flat=True))
    went_on = 0
    for metric in METRICS.values():
        if metric.code not in done and went_on < most:
            went_on += _go_on(metric, now)
    return went_on


@transaction.atomic
def _go_on(metric: Metric, now: datetime) -> int:
    """Count up to now, and judge what is new. Nobody else counts the metric meanwhile."""
    until = hour_of((now - SETTLES).timestamp())
    clock = BaselineClock.objects.select_for_update().filter(metric=metric.code).first()
    since = clock.counted_until if clock else metric.earliest()
    if since is None:
        return 0
    new = hour_of(since.timestamp())
    hours = range(max(_recounted_from(clock, new), until - KEPT), until)
    if not hours:
        return 0
    counted = metric.count(moment_of(hours.start), moment_of(until))
    passes = _passes(metric, counted, hours)
    judged_from = max(new, until - JUDGED) if clock else until
    telling.tell(metric, _pass(passes, hours, judged_from), now=now)
    BaselineClock.objects.update_or_create(
        metric=metric.code, defaults={"counted_until": moment_of(until), "counted_at": now}
    )
    return len(passes)


def _recounted_from(clock: BaselineClock | None, new: int) -> int:
    """Return the first hour that is counted, where those from `new` on never were."""
    if clock is None:
        return new
    late, history = new - RECOUNTED, store.brought_in()
    if history is None or history.at <= clock.counted_at:
        return late
    return min(late, hour_of(history.since.timestamp()))


def _passes(metric: Metric, counted: Counted, hours: range) -> list[GoingOn]:
    holidays, none = helpdesk.holidays_by_site(), frozenset[date]()
    return [
        GoingOn.of(row, counted.get(row.site_id, {}), hours, holidays.get(row.site.code, none))
        for row in _profiles(metric, counted)
    ]


def _pass(passes: list[GoingOn], hours: range, judged_from: int) -> Sequence[BaselineDeparture]:
    silent = unheard(passes, hours)
    judged = []
    for one in passes:
        history = one.with_hours(silent)
        judged.append((one.row, one.judged(history, judged_from)))
        describe(one, history)
    rows = [one.row for one in passes]
    BaselineProfile.objects.bulk_update(rows, ["history", "level", "stable_share"], batch_size=200)
    return departing.keep(judged)


def _profiles(metric: Metric, counted: Counted) -> list[BaselineProfile]:
    """Return the profiles of the metric, new ones of sites that were counted for the first time."""
    rows = list(BaselineProfile.objects.select_related("site").filter(metric=metric.code))
    known = {row.site_id for row in rows}
    sites = Site.objects.filter(pk__in=counted.keys() - known)
    new = [BaselineProfile(site=site, metric=metric.code, history=b"") for site in sites]
    BaselineProfile.objects.bulk_create(new)
    return rows + new


def moment_of(hour: int) -> datetime:
    """Return when the hour of this number begins."""
    return moment(hour * HOUR)
