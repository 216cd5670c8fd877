"""The alert stage of a batch: clock, fingerprint, names, lives, suppression. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.aiops.alerts.lives import LifeStep, Verdict, advance
from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.alerts.protection import Protection, protection_of
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.alerts.suppression import Suppression, Suppressions
from watchfloor.aiops.correlation.fingerprint import fingerprint
from watchfloor.aiops.correlation.places import Places
from watchfloor.aiops.noise.judge import ALONE, LEARNT, lapse
from watchfloor.aiops.noise.memory import NoiseMemory
from watchfloor.aiops.noise.outliers import label
from watchfloor.aiops.noise.policy import OFF, NoisePolicy
from watchfloor.aiops.noise.stage import weigh
from watchfloor.aiops.stream import suppression_of, view_of
from watchfloor.aiops.types import Seconds, Severity, Signal
from watchfloor.domain.naming import services as naming
from watchfloor.domain.naming.services import Resolved
from watchfloor.noc.alerts import rules, store
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.stream import Stream
from watchfloor.noc.alerts.work import Worked, WorkingAlert, suppression_from

STAGES = ("policy", "suppression", "names")
"""The optional stages: what fails in them does not keep a report from being stored."""
_AS_SENT = Places()
"""Names as senders wrote them, where the inventory cannot be asked."""


def accept(
    reports: Sequence[Report], *, stream: Stream, noise: NoiseMemory, now: datetime
) -> list[Worked]:
    """Tell the reports to their alerts and to the noise memory, in order; return what each did.

    The same steps as `aiops.stream.AlertStream`: only where lives are kept differs.
    """
    policy, limits = stream.optional("policy", rules.limits, (AlertPolicy(), OFF))
    suppressions = stream.optional("suppression", rules.suppressions, Suppressions())
    keys = [fingerprint(report) for report in reports]
    names = stream.optional("names", partial(naming.resolve_batch, reports, now=now), None)
    if names is None:
        names = [Resolved(_AS_SENT.of(report)) for report in reports]
    batch = _Batch(stream.clock, noise, policy, limits, suppressions, store.newest_lives(set(keys)))
    for report, key, meant in zip(reports, keys, names, strict=True):
        batch.hear(report, key, meant)
    return batch.worked


@dataclass(slots=True)
class _Batch:
    """What reports are told to, and what they did so far. `known` are the newest lives by key."""

    clock: StreamClock
    noise: NoiseMemory
    policy: AlertPolicy
    limits: NoisePolicy
    suppressions: Suppressions
    known: dict[str, WorkingAlert]
    worked: list[Worked] = field(default_factory=list)

    def hear(self, report: Report, key: str, meant: Resolved) -> None:
        protection = protection_of(report.alert_type, report.labels, self.policy.life_safety_types)
        drives = protection is not Protection.LIFE_SAFETY
        at, timers, is_suspect = self.clock.hear(report, drives=drives)
        before = self.known.get(key)
        step = advance(
            before.life if before else None, report, key, at=at, now=timers, policy=self.policy
        )
        alert = self.known[key] = _alert(before, step, protection)
        by_rule = suppression_of(report, step, meant.place, protection, self.suppressions, at)
        view = view_of(report, step, at, meant.place, protection, is_suppressed=by_rule is not None)
        kept = _kept(self.noise, alert, timers)
        if step.opened:
            alert.outlier = label(self.noise, view)
        weighed = weigh(self.noise, self.limits, view, step, protection, by_rule, kept)
        _show(alert, report, meant, step, at)
        _note(alert, report, weighed.suppression, is_suspect)
        released = self._release(weighed.released)
        suppression, view = weighed.suppression, weighed.view
        self.worked.append(
            Worked(report, alert, step, at, is_suspect, suppression, view, released=released)
        )

    def _release(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Let go of those of this batch; return the others, whose rows are written later."""
        if not ids:
            return ()
        alerts = [*self.known.values(), *(one.alert for one in self.worked)]
        here = {alert.id: alert for alert in alerts if alert.id in ids}
        for alert in here.values():
            if alert.suppression is not None and alert.suppression.kind in ALONE:
                alert.suppression = None
        return tuple(pk for pk in ids if pk not in here)


def _kept(noise: NoiseMemory, alert: WorkingAlert, timers: Seconds) -> Suppression | None:
    """Return what was learnt and keeps the alert quiet still, whether or not a sweep came by."""
    kept = alert.suppression
    if kept is None or kept.kind not in LEARNT:
        return None
    return lapse(noise, alert.id, kept, timers)


def _alert(before: WorkingAlert | None, step: LifeStep, protection: Protection) -> WorkingAlert:
    if before is not None and not step.opened:
        return before
    is_life_safety = protection is Protection.LIFE_SAFETY
    return WorkingAlert(life=step.life, is_new=True, is_life_safety=is_life_safety)


def _show(
    alert: WorkingAlert, report: Report, meant: Resolved, step: LifeStep, at: Seconds
) -> None:
    """Let the alert's row speak with the words of its newest firing report."""
    newest = report.status is Signal.FIRING and not report.is_touch and at >= step.life.fired_at
    if newest or step.opened:
        alert.shown, alert.names = report, meant


def _note(
    alert: WorkingAlert, report: Report, suppression: Suppression | None, is_suspect: bool
) -> None:
    alert.suppression = suppression
    alert.is_clock_suspect = is_suspect
    alert.received_at = max(alert.received_at, report.received_at)


def read_back(alert: NOCAlertEvent, *, now: datetime) -> Worked:
    """Return an alert that has no cluster yet as if its newest report came now."""
    report = newest_report(alert)
    [names] = naming.resolve_batch([report], now=now)
    protection = protection_of(report.alert_type, report.labels, rules.policy().life_safety_types)
    until = alert.suppressed_until
    working = WorkingAlert(
        life=store.unpack(alert.machine),
        is_new=False,
        is_life_safety=alert.is_life_safety,
        state=alert.state,
        suppression=suppression_from(
            alert.suppressed_by, until.timestamp() if until else None, alert.suppressed_why
        ),
        is_clock_suspect=alert.is_clock_suspect,
        received_at=alert.last_received_at.timestamp(),
    )
    step, at = LifeStep(working.life, Verdict.COUNTED), working.life.last_at
    view = view_of(
        report, step, at, names.place, protection, is_suppressed=bool(alert.suppressed_by)
    )
    return Worked(report, working, step, at, alert.is_clock_suspect, None, view)


def newest_report(alert: NOCAlertEvent) -> Report:
    return Report(
        event_id=alert.pk.hex,
        integration=alert.integration_id,
        received_at=alert.last_received_at.timestamp(),
        alert_type=alert.alert_type,
        severity=Severity(alert.severity),
        timestamp=alert.last_seen_at.timestamp(),
        source=alert.source,
        client=alert.client_name,
        site=alert.site_name,
        entity_type=alert.entity_type,
        entity_id=alert.entity_id,
        device=alert.device_name,
        person=alert.person_name,
        message=alert.message,
        dedup_key=alert.dedup_key,
        labels=alert.labels,
    )
