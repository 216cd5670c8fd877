"""The alert stage of a batch: clock, fingerprint, names, lives, suppression. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from watchfloor.aiops.alerts.lives import LifeStep, Verdict, advance
from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.alerts.protection import Protection, protection_of
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.alerts.suppression import Suppression, Suppressions
from watchfloor.aiops.correlation.fingerprint import fingerprint
from watchfloor.aiops.correlation.places import Places
from watchfloor.aiops.stream import suppression_of, view_of
from watchfloor.aiops.types import Seconds, Severity, Signal
from watchfloor.domain.naming import services as naming
from watchfloor.domain.naming.services import Resolved
from watchfloor.noc.alerts import rules, store
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.stream import Stream
from watchfloor.noc.alerts.work import Worked, WorkingAlert, reason_of

STAGES = ("policy", "suppression", "names")
"""The optional stages: what fails in them does not keep a report from being stored."""
_AS_SENT = Places()
"""Names as senders wrote them, where the inventory cannot be asked."""


def accept(reports: Sequence[Report], *, stream: Stream, now: datetime) -> list[Worked]:
    """Tell the reports to their alerts, in order; return what each did.

    The same steps as `aiops.stream.AlertStream`: only where lives are kept differs.
    """
    policy = stream.optional("policy", rules.policy, AlertPolicy())
    suppressions = stream.optional("suppression", rules.suppressions, Suppressions())
    keys = [fingerprint(report) for report in reports]
    names = stream.optional("names", partial(naming.resolve_batch, reports, now=now), None)
    if names is None:
        names = [Resolved(_AS_SENT.of(report)) for report in reports]
    known = store.newest_lives(set(keys))
    worked = []
    for report, key, meant in zip(reports, keys, names, strict=True):
        protection = protection_of(report.alert_type, report.labels, policy.life_safety_types)
        drives = protection is not Protection.LIFE_SAFETY
        at, timers, is_suspect = stream.clock.hear(report, drives=drives)
        before = known.get(key)
        step = advance(
            before.life if before else None, report, key, at=at, now=timers, policy=policy
        )
        place = meant.place
        suppression = suppression_of(report, step, place, protection, suppressions, at)
        alert = _alert(before, step, protection)
        known[key] = alert
        _show(alert, report, meant, step, at)
        _note(alert, report, suppression, is_suspect)
        view = view_of(report, step, at, place, protection, is_suppressed=suppression is not None)
        worked.append(Worked(report, alert, step, at, is_suspect, suppression, view))
    return worked


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
    alert.suppressed_by = reason_of(suppression)
    alert.suppressed_until = suppression.until if suppression else None
    alert.is_clock_suspect = is_suspect
    alert.received_at = max(alert.received_at, report.received_at)


def read_back(alert: NOCAlertEvent, *, now: datetime) -> Worked:
    """Return an alert that has no cluster yet as if its newest report came now."""
    report = _newest_report(alert)
    [names] = naming.resolve_batch([report], now=now)
    protection = protection_of(report.alert_type, report.labels, rules.policy().life_safety_types)
    until = alert.suppressed_until
    working = WorkingAlert(
        life=store.unpack(alert.machine),
        is_new=False,
        is_life_safety=alert.is_life_safety,
        state=alert.state,
        suppressed_by=alert.suppressed_by,
        suppressed_until=until.timestamp() if until else None,
        is_clock_suspect=alert.is_clock_suspect,
        received_at=alert.last_received_at.timestamp(),
    )
    step, at = LifeStep(working.life, Verdict.COUNTED), working.life.last_at
    view = view_of(
        report, step, at, names.place, protection, is_suppressed=bool(alert.suppressed_by)
    )
    return Worked(report, working, step, at, alert.is_clock_suspect, None, view)


def _newest_report(alert: NOCAlertEvent) -> Report:
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
