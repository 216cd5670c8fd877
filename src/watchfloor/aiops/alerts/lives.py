"""One life of an alert: opened by a report, ended by a resolve or by silence.

Rules (DESIGN 4.1, 4.2, 4.5, 4.9):

- The life's id is the event id of the report that opened it. `count` counts firing reports.
- A firing report within the re-open window after the end continues the life, later it opens a new
  one. Which of two reports is the newer is decided by event time; of equal ones, the later arrival.
- A firing report older than the resolve is counted and re-opens nothing. A resolve older than the
  newest firing report ends nothing.
- A touch moves the expiry of a firing alert and counts nothing. One that comes after the expiry
  proves that the sender still means it: it re-opens the life, or begins one after the window.
- A resolve of something never seen firing opens a life that is over from the start, so that its
  report belongs to an alert; further resolves join it, until it is forgotten. A firing report
  that turns out to be older than a resolve already heard opens a life that is over as well.
- Silence is judged on the clock of timers, before each report, so that it does not matter when
  the sweeper comes by.

Weak where: a resolve comes over a re-open window late, after the firing that followed it: two
lives become one. Expiry shorter than the senders' delay splits lives likewise.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

from watchfloor.aiops.alerts.flapping import is_flapping, note_change, settles_at
from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import Seconds, Severity, Signal


class Verdict(IntEnum):
    """What became of a report. The numbers are stored and published: add, never renumber."""

    OPENED = 1
    """It began a life."""
    COUNTED = 2
    """One more of a firing alert."""
    REOPENED = 3
    """It fired again soon after the end: the same life goes on."""
    RESOLVED = 4
    """It ended the life."""
    TOUCHED = 5
    """A repeat of a known report: the expiry moved, nothing was counted."""
    RESOLVED_AGAIN = 6
    """A resolve of something already over."""
    STALE_RESOLVE = 7
    """A late resolve, older than the newest firing report: it ended nothing."""
    LATE = 8
    """A late firing report, older than the end: counted, nothing re-opened."""
    RESOLVED_UNSEEN = 9
    """A resolve of something never seen firing: an alert that is over from the start."""


NEVER: Seconds = float("-inf")
ON_THE_WIRE: Seconds = 5 * 60
"""A report this much behind the clock of timers is merely on its way; more, and it is old news."""


class Life(msgspec.Struct, kw_only=True, array_like=True):
    """What an alert's row keeps for the rules. `advance` and `expire` change it in place.

    Stored as a msgpack array in field order: new fields go to the end and have a default.
    """

    alert_id: str
    fingerprint: str
    life_no: int = 1
    signal: Signal = Signal.FIRING
    first_at: Seconds
    """Oldest and newest event time of its counted reports."""
    last_at: Seconds
    fired_at: Seconds = NEVER
    """Event time of the newest firing report."""
    ended_at: Seconds = NEVER
    """When it last resolved or expired; of no meaning while it fires."""
    quiet_at: Seconds = NEVER
    """Newest resolve heard, whether or not it ended anything."""
    expires_at: Seconds
    """When silence ends it, unless it ended before."""
    count: int = 0
    """Firing reports; `reports` has the resolves as well, neither has touches."""
    reports: int = 0
    severity: Severity
    """Of the newest firing report; falls as well as rises. Of no meaning while `count` is 0."""
    severity_highest: Severity
    recent_severities: list[tuple[Seconds, int]] = []
    """Peaks within the rise window: times rising, severities falling."""
    changes: list[Seconds] = []
    """Newest state changes, for flapping; handed on to the next life."""
    is_flapping: bool = False
    settles_at: Seconds = NEVER
    """When its resolve is to be believed; what kept coming back has to be quiet for longer."""


class LifeStep(msgspec.Struct, frozen=True, gc=False):
    """What one report did to the lives of its fingerprint."""

    life: Life
    verdict: Verdict
    opened: bool = False
    """A new life began; the earlier one, if any, stays as it was."""
    severity_rose: bool = False
    """Its severity tops all of the rise window (all that went before, if that window is empty)."""
    expired_before: bool = False
    """The life that was given had run out by silence before this report."""


def advance(
    life: Life | None,
    report: Report,
    fingerprint: str,
    *,
    at: Seconds,
    now: Seconds,
    policy: AlertPolicy,
) -> LifeStep:
    """Tell a report to the newest life of its fingerprint (None: there is none).

    `at` is the report's time on the stream clock, `now` the time of timers at its arrival
    (`StreamClock.read` and `now`). Changes `life` in place and returns it, or a new one.
    """
    expired = life is not None and expire(life, now, policy)
    if life is None or is_forgotten(life, at, policy):
        step = _open(life, report, fingerprint, at, now, policy)
    elif report.is_touch:
        step = _touch(life, report, now, policy)
    elif report.status is Signal.FIRING:
        step = _fire(life, report, at, now, policy)
    else:
        step = _resolve(life, report, at, now, policy)
    life = step.life
    is_over = life.signal is Signal.RESOLVED
    life.settles_at = settles_at(life.changes, life.ended_at, policy) if is_over else NEVER
    return msgspec.structs.replace(step, expired_before=True) if expired else step


def expire(life: Life, now: Seconds, policy: AlertPolicy) -> bool:
    """End a firing life whose silence is over at `now`, as of the moment it ran out."""
    if life.is_flapping:
        life.is_flapping = is_flapping(True, life.changes, now, policy)
    if life.signal is not Signal.FIRING or life.expires_at > now:
        return False
    life.signal = Signal.EXPIRED
    life.ended_at = life.expires_at
    return True


def is_forgotten(life: Life, at: Seconds, policy: AlertPolicy) -> bool:
    """True for a life that is over for so long that no report of time `at` can belong to it."""
    if life.signal is Signal.FIRING:
        return False
    return at - max(life.ended_at, life.quiet_at) > policy.forget_after


def _open(
    before: Life | None,
    report: Report,
    fingerprint: str,
    at: Seconds,
    now: Seconds,
    policy: AlertPolicy,
) -> LifeStep:
    """Begin a life; it inherits from the one before what spans lives: number, flapping, quiet."""
    life = Life(
        alert_id=report.event_id,
        fingerprint=fingerprint,
        first_at=at,
        last_at=at,
        expires_at=_expiry(report, at, now, policy),
        reports=1,
        severity=report.severity,
        severity_highest=report.severity,
        recent_severities=[(at, int(report.severity))],
    )
    if before is not None:
        life.life_no = before.life_no + 1
        life.quiet_at = before.quiet_at
        life.changes = list(before.changes)
        life.is_flapping = before.is_flapping
    if report.status is not Signal.FIRING:
        _end(life, at)
        return LifeStep(life, Verdict.RESOLVED_UNSEEN, opened=True)
    life.count = 1
    life.fired_at = at
    if before is not None and before.signal is Signal.RESOLVED:
        _change(life, at, now, policy)
    if at < life.quiet_at:
        _end(life, life.quiet_at)
        _change(life, life.quiet_at, now, policy)
    return LifeStep(life, Verdict.OPENED, opened=True)


def _touch(life: Life, report: Report, now: Seconds, policy: AlertPolicy) -> LifeStep:
    """A touch speaks of now, whatever time the repeated report claims."""
    if report.status is not Signal.FIRING or life.signal is Signal.RESOLVED:
        return LifeStep(life, Verdict.TOUCHED)
    expires_at = _expiry(report, now, now, policy)
    if expires_at <= now:
        return LifeStep(life, Verdict.TOUCHED)
    if life.signal is Signal.FIRING:
        life.expires_at = max(life.expires_at, expires_at)
        return LifeStep(life, Verdict.TOUCHED)
    if now - life.ended_at > policy.reopen_window:
        return _open(life, report, life.fingerprint, now, now, policy)
    life.signal = Signal.FIRING
    life.expires_at = expires_at
    return LifeStep(life, Verdict.REOPENED)


def _fire(life: Life, report: Report, at: Seconds, now: Seconds, policy: AlertPolicy) -> LifeStep:
    if life.signal is Signal.FIRING:
        verdict = Verdict.COUNTED
    elif at <= life.fired_at or (life.signal is Signal.RESOLVED and at < life.ended_at):
        verdict = Verdict.LATE
    elif at - life.ended_at > policy.reopen_window:
        return _open(life, report, life.fingerprint, at, now, policy)
    else:
        verdict = Verdict.REOPENED
        if life.signal is Signal.RESOLVED:
            _change(life, at, now, policy)
        life.signal = Signal.FIRING
    rose = _count(life, report, at, policy)
    if life.signal is Signal.FIRING:
        life.expires_at = max(life.expires_at, _expiry(report, at, now, policy))
    return LifeStep(life, verdict, severity_rose=rose)


def _resolve(
    life: Life, report: Report, at: Seconds, now: Seconds, policy: AlertPolicy
) -> LifeStep:
    life.reports += 1
    life.quiet_at = max(life.quiet_at, at)
    if life.signal is Signal.FIRING and at < life.fired_at:
        return LifeStep(life, Verdict.STALE_RESOLVE)
    life.last_at = max(life.last_at, at)
    ran_out_too_soon = life.signal is Signal.EXPIRED and life.fired_at <= at < life.ended_at
    if life.signal is Signal.FIRING or ran_out_too_soon:
        _end(life, at)
        _change(life, at, now, policy)
        return LifeStep(life, Verdict.RESOLVED)
    if at - life.ended_at <= policy.reopen_window:
        _end(life, max(at, life.ended_at))
    return LifeStep(life, Verdict.RESOLVED_AGAIN)


def _end(life: Life, at: Seconds) -> None:
    life.signal = Signal.RESOLVED
    life.ended_at = at
    life.quiet_at = max(life.quiet_at, at)


def _change(life: Life, at: Seconds, now: Seconds, policy: AlertPolicy) -> None:
    note_change(life.changes, at, policy)
    life.is_flapping = is_flapping(life.is_flapping, life.changes, now, policy)


def _count(life: Life, report: Report, at: Seconds, policy: AlertPolicy) -> bool:
    """Count a firing report; return whether its severity rose."""
    severity = report.severity
    if life.count == 0:
        life.severity = life.severity_highest = severity
        life.recent_severities.clear()
    life.count += 1
    life.reports += 1
    rose = _note_severity(life, severity, at, policy)
    if at >= life.fired_at:
        life.fired_at = at
        life.severity = severity
    life.first_at, life.last_at = min(life.first_at, at), max(life.last_at, at)
    if severity > life.severity_highest:
        life.severity_highest = severity
    return rose


def _note_severity(life: Life, severity: Severity, at: Seconds, policy: AlertPolicy) -> bool:
    """Keep the peaks of the rise window; return whether this one tops them."""
    peaks = life.recent_severities
    oldest = at - policy.rise_window
    while peaks and peaks[0][0] < oldest:
        del peaks[0]
    baseline = peaks[0][1] if peaks else life.severity
    while peaks and peaks[-1][1] <= severity:
        peaks.pop()
    if not peaks or at >= peaks[-1][0]:
        peaks.append((at, int(severity)))
    return severity > baseline


def _expiry(report: Report, at: Seconds, now: Seconds, policy: AlertPolicy) -> Seconds:
    """Silence counts from the event, so that seconds on the wire change nothing in a replay;
    from the arrival where that is later by more, as in a first report of what began long ago."""
    if report.expires_at is not None:
        return report.expires_at
    heard_at = at if now - at <= ON_THE_WIRE else now
    return heard_at + policy.silence_of(report)
