"""What the floor itself has to report, put where the reports of senders wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.operation.engine import Transition
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.types import Seconds, Signal
from watchfloor.noc.intake import services as intake
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.platform.ids import uuid7
from watchfloor.platform.moments import moment
from watchfloor.sensing.reactive import events
from watchfloor.sensing.reactive.events import Suspected

SOURCE = "watchfloor"
NEVER: Seconds = 10 * 365 * 86_400
"""What we raise we resolve: no silence of ours means that it is over."""

_LISTED = 20
"""Of a list in the evidence."""


def send(transitions: Sequence[Transition], *, now: datetime) -> None:
    """Report what begins and ends, in the caller's transaction."""
    if transitions:
        intake.put([report_of(one, now) for one in transitions])


def suspect(transitions: Sequence[Transition], *, now: datetime) -> None:
    """Let others hear what detectors said of people, in the caller's transaction."""
    told = [
        _suspected(one)
        for one in transitions
        if one.is_firing and "detector" in one.standing.evidence
    ]
    events.suspected(told, at=now)


def report_of(one: Transition, now: datetime) -> Report:
    """Return the report of a transition. The alert is of a rule, a subject and a key."""
    standing = one.standing
    return Report(
        event_id=uuid7().hex,
        integration=OURSELVES,
        received_at=now.timestamp(),
        alert_type=standing.alert_type or one.code,
        status=Signal.FIRING if one.is_firing else Signal.RESOLVED,
        severity=standing.severity,
        timestamp=one.at,
        source=SOURCE,
        site=standing.site,
        entity_type=standing.entity_type,
        entity_id=standing.entity_id,
        device=standing.device,
        person=standing.person,
        message=standing.message,
        dedup_key=key_of(one),
        key_is_identity=True,
        silence=NEVER,
        labels={
            name: _text(value)
            for name, value in standing.evidence.items()
            if value is not None and value != ""
        },
    )


def key_of(one: Transition) -> str:
    return f"{one.code}:{one.kind}:{one.subject}:{one.standing.key}"


def _suspected(one: Transition) -> Suspected:
    standing = one.standing
    return Suspected(
        alert_type=one.code,
        alert_key=key_of(one),
        person=standing.person,
        site=standing.site,
        detector=standing.evidence["detector"],
        confidence=standing.evidence["confidence"],
        says=standing.message,
        at=one.raised_at,
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Moment):
        return moment(value).isoformat(timespec="seconds")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        more = f", and {len(value) - _LISTED} more" if len(value) > _LISTED else ""
        return ", ".join(map(_text, value[:_LISTED])) + more
    return str(value)
