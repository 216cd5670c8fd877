"""All that is due again and again, in one list."""

from __future__ import annotations

from datetime import timedelta

from watchfloor.config import retention
from watchfloor.noc.integrations import dispatch
from watchfloor.noc.kpis import tasks as kpis
from watchfloor.noc.rehearsal import tasks as rehearsals
from watchfloor.noc.rhythm import listening
from watchfloor.noc.teaching import tasks as lessons
from watchfloor.noc.watching import tasks as watching
from watchfloor.platform.jobs.schedule import Schedule, register
from watchfloor.platform.live import frames
from watchfloor.sensing import jobs
from watchfloor.sensing.baselines import tasks as baselines
from watchfloor.sensing.fraud import tasks as fraud
from watchfloor.sensing.inspection import tasks as inspections
from watchfloor.sensing.scorecard import tasks as scorecards

_DAY = timedelta(days=1)

SCHEDULES = (
    Schedule("partitions.make", timedelta(hours=6), retention.make_partitions),
    Schedule("reports.forget", _DAY, retention.forget_reports),
    Schedule("beats.forget", _DAY, retention.forget_beats),
    Schedule("identities.forget", timedelta(hours=1), retention.forget_identities),
    Schedule("alerts.forget", _DAY, retention.forget_alerts),
    Schedule("signs.forget", _DAY, retention.forget_signs),
    Schedule("files.forget", _DAY, retention.forget_files),
    Schedule("leftovers.forget", timedelta(hours=1), retention.forget_leftovers),
    Schedule("bodies.forget", timedelta(minutes=1), retention.forget_bodies),
    Schedule("frames.prune", timedelta(minutes=1), frames.prune),
    Schedule("heartbeats.call", timedelta(seconds=10), dispatch.wake_heartbeats),
    Schedule("rehearsals.wake", timedelta(seconds=5), rehearsals.wake_waiting),
    Schedule("lessons.wake", timedelta(seconds=5), lessons.wake_waiting),
    Schedule("watching.compare", timedelta(minutes=5), watching.compare_days),
    Schedule("sources.listen", listening.EVERY, listening.listen_all),
    Schedule("kpis.read", kpis.EVERY, kpis.read_all),
    Schedule("inspections.heartbeat", inspections.EVERY, inspections.run_heartbeat),
    Schedule("inspections.comprehensive", inspections.EVERY, inspections.run_comprehensive),
    Schedule("inspections.deep", inspections.EVERY, inspections.run_deep),
    Schedule("inspections.forget", _DAY, inspections.forget_runs),
    Schedule("baselines.count", baselines.EVERY, baselines.count_all),
    Schedule("fraud.train", fraud.EVERY, fraud.train_all),
    Schedule("scorecards.count", scorecards.EVERY, scorecards.count_all),
    Schedule("jobs.make", jobs.EVERY, jobs.make_all_due),
)


def install() -> None:
    """Tell the scheduler of this process what there is."""
    register(*SCHEDULES)
