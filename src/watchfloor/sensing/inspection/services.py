"""The inspections: all sites of a tenant at once, in a number of queries that does not grow."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from watchfloor.aiops.findings.draft import FindingDraft
from watchfloor.aiops.inspection.cadences import Cadence, inspected, types_of
from watchfloor.aiops.patterns.observation import SIGNALS, SiteObservation
from watchfloor.aiops.types import Severity
from watchfloor.noc.findings import recording
from watchfloor.noc.findings.recording import Looked, Recorded
from watchfloor.noc.rhythm.selectors import oldest_waiting
from watchfloor.platform.jobs.retention import delete_in_batches
from watchfloor.platform.moments import moment
from watchfloor.sensing.inspection import selectors
from watchfloor.sensing.inspection.models import InspectionRun
from watchfloor.sensing.inspection.observing import observed
from watchfloor.sensing.reactive import store

SETTLES = timedelta(seconds=30)
"""What happened by then has arrived, unless it waits."""
KEPT = timedelta(days=30)


class RealTimeAuditOrchestrator:
    """Inspects the sites of the tenant in scope, cadence by cadence.

    Each window of a cadence is inspected once: its run is a row, made with its findings in one
    transaction. After an outage the windows of two hours are made up for, in order.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now

    def run_due(self, cadence: Cadence) -> int:
        """Inspect every window that is due and settled; return how many."""
        clock = store.load_clock()
        is_replaying = clock.is_replaying
        until = moment(clock.now(self._now.timestamp()))
        if not is_replaying:
            until = min(until, *_settled(self._now))
        windows = list(selectors.due_windows(cadence, until))
        return sum(self.inspect(cadence, one, is_replaying=is_replaying) for one in windows)

    @transaction.atomic
    def inspect(self, cadence: Cadence, ends_at: datetime, *, is_replaying: bool = False) -> bool:
        """Inspect one window. Returns: False if somebody has done so before."""
        was_timely = is_replaying or self._now - ends_at <= selectors.AWAY
        run, is_first = InspectionRun.objects.get_or_create(
            cadence=cadence,
            ends_at=ends_at,
            defaults={"ran_at": self._now, "was_timely": was_timely},
        )
        if not is_first:
            return False
        began = time.perf_counter()
        schedules = selectors.due_sites(cadence, ends_at)
        if schedules:
            was_heard = selectors.was_heard(ends_at)
            sites = list(observed(schedules, ends_at, was_heard=was_heard))
            told_from = {one.site.code: Severity[one.alert_from] for one in schedules}
            recorded = self._look(sites, cadence, told_from)
            run.sites = len(sites)
            run.opened, run.gone = len(recorded.opened), len(recorded.gone)
            run.seconds = time.perf_counter() - began
            run.save(update_fields=["sites", "opened", "gone", "seconds"])
        return True

    def _look(
        self,
        sites: Sequence[SiteObservation],
        cadence: Cadence,
        told_from: Mapping[str, Severity],
    ) -> Recorded:
        drafts = [
            _with_context(draft, site) for site in sites for draft in inspected(site, cadence)
        ]
        looked = Looked(frozenset(one.site for one in sites), types_of(cadence))
        return self._create_finding(drafts, looked=looked, told_from=told_from)

    def _create_finding(
        self,
        drafts: Iterable[FindingDraft],
        *,
        looked: Looked | None = None,
        told_from: Mapping[str, Severity] | None = None,
    ) -> Recorded:
        """Take down what was found. The one way from an inspection to its findings.

        What is new is published as `finding.raised`, in the same transaction.
        """
        return recording.record(drafts, now=self._now, looked=looked, told_from=told_from)


def forget(now: datetime) -> None:
    """Delete old runs of the tenant in scope."""
    delete_in_batches(InspectionRun.objects.filter(ends_at__lt=now - KEPT))


def _settled(now: datetime) -> tuple[datetime, ...]:
    """Return bounds of the time of which all that arrived has been worked."""
    waiting = oldest_waiting()
    return (now - SETTLES,) if waiting is None else (now - SETTLES, waiting)


def _with_context(draft: FindingDraft, site: SiteObservation) -> FindingDraft:
    """Add what else was so at the site, for who reads the finding later."""
    context = {
        "on_post": [one.person for one in site.on_post],
        "signs_in_the_hour": {name: site.signs.of(name) for name in SIGNALS},
        "open_tickets": len(site.tickets),
        "alarms": sorted({one.alert_type for one in site.alarms}),
    }
    return replace(draft, evidence={**context, **draft.evidence})
