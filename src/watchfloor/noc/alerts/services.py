"""What people and keys do with alerts. Each act is one transaction with its audit row and event.

Acts take the tenant's lock: they wait for a running batch and are never half seen by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.alerts.suppression import BY_RULE
from watchfloor.noc.alerts import checks, undoing
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.alerts.models import AlertComment, AlertState, NOCAlertEvent
from watchfloor.noc.alerts.states import MACHINE, Action
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, NotFound
from watchfloor.platform.ids import derived_uuid7
from watchfloor.platform.states import PAST
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody did to an alert, as its incident's timeline hears of it.

    `undoes`: it takes back what was done at this time.
    """

    alert: NOCAlertEvent
    action: Action
    by: Actor
    at: datetime
    text: str = ""
    undoes: datetime | None = None


_witnesses: list[Callable[[Act], None]] = []


def witness(call: Callable[[Act], None]) -> None:
    """Have `call` told of every act, in its transaction. For the stages above: they register."""
    if call not in _witnesses:
        _witnesses.append(call)


def acknowledge(
    alert_id: UUID, *, by: Actor, now: datetime, version: int | None = None
) -> NOCAlertEvent:
    """Mark that `by` has seen it. Repeating it changes nothing.

    Raises: Conflict if somebody else has, or if `version` is no longer the row's.
    """
    return _act(alert_id, Action.ACKNOWLEDGE, _seen_by(by, now), by=by, now=now, version=version)


@transaction.atomic
def assign(
    alert_id: UUID, user_id: UUID, *, by: Actor, now: datetime, version: int | None = None
) -> NOCAlertEvent:
    """Give it to a user. Raises: Invalid for somebody who cannot sign in here, or not see it."""
    alert = _locked(alert_id)
    person = checks.assignee(user_id, [(alert.client_id, alert.site_id)])
    values = {**_seen_by(by, now), "assigned_to_id": person.pk}
    return _act(
        alert_id, Action.ASSIGN, values, by=by, now=now, version=version, text=f"to {person}"
    )


def snooze(
    alert_id: UUID, until: datetime, *, by: Actor, now: datetime, version: int | None = None
) -> NOCAlertEvent:
    """Let it rest until a time. Life safety is never paused."""
    values = {"snoozed_until": checks.snooze_end(until, now)}
    text = f"until {until:%Y-%m-%d %H:%M} UTC"
    return _act(alert_id, Action.SNOOZE, values, by=by, now=now, version=version, text=text)


def escalate(
    alert_id: UUID, reason: str, *, by: Actor, now: datetime, version: int | None = None
) -> NOCAlertEvent:
    text = checks.text_of(reason, "reason")
    return _act(alert_id, Action.ESCALATE, {}, by=by, now=now, version=version, text=text)


def resolve(
    alert_id: UUID,
    resolution: str = "",
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> NOCAlertEvent:
    """Say that people are done with it; what its sender says is another column."""
    text = checks.optional_text(resolution, "resolution")
    return _act(alert_id, Action.RESOLVE, {}, by=by, now=now, version=version, text=text)


def release(
    alert_id: UUID, *, by: Actor, now: datetime, version: int | None = None
) -> NOCAlertEvent:
    """Let people hear of an alert that is kept quiet. Repeating it changes nothing.

    Raises: Conflict for what a window or a silence keeps quiet: these are ended themselves.
    """
    values = {"suppressed_by": "", "suppressed_why": "", "suppressed_until": None}
    return _act(alert_id, Action.RELEASE, values, by=by, now=now, version=version)


def comment(alert_id: UUID, text: str, *, by: Actor, now: datetime) -> AlertComment:
    text = checks.text_of(text, "text")
    with transaction.atomic():
        alert = _act(alert_id, Action.COMMENT, {}, by=by, now=now, text=text)
        return AlertComment.objects.create(
            alert=alert, text=text, author_id=checks.user_id_of(by), created_at=now
        )


@transaction.atomic
def take_back(
    alert_id: UUID,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    is_asked_in_time: bool = False,
) -> NOCAlertEvent:
    """Undo one's own last act while it is fresh: the alert stands as before it.

    `is_asked_in_time`: whoever took back many at once asked for it while all were.
    Raises: Conflict once it is older, is not theirs, or somebody has acted since.
    """
    alert = _locked(alert_id)
    if not undoing.is_theirs(alert, version, by):
        message = f"There is no act of yours to take back: {_last_said(alert)}"
        raise Conflict(message, state=alert.state)
    undoing.check_stands(alert)
    if not is_asked_in_time:
        undoing.check_fresh(alert, now)
    action, done_at = Action(alert.last_act["act"]), undoing.done_at(alert)
    before = {"state": alert.state}
    alert.save(update_fields=undoing.put_back(alert))
    if action is Action.COMMENT:
        author = checks.user_id_of(by)
        AlertComment.objects.filter(alert=alert, author_id=author, created_at=done_at).delete()
    after = {"state": alert.state, "act": action}
    audit.record(by, "alert.undone", "alert", alert.pk, at=now, before=before, after=after)
    streams.touch(now)
    _tell(Act(alert, action, by, now, undoes=done_at))
    return alert


@transaction.atomic
def _act(
    alert_id: UUID,
    action: Action,
    values: Mapping[str, object],
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
    text: str = "",
) -> NOCAlertEvent:
    alert = _locked(alert_id)
    checks.same_version("alert", alert.version, version, _last_said(alert))
    step = MACHINE.step(AlertState(alert.state), action)
    _refuse(alert, action, by)
    if not step.changes and action in (Action.ACKNOWLEDGE, Action.RESOLVE):
        return alert
    if action is Action.RELEASE and not alert.suppressed_by:
        return alert
    text = text or alert.suppressed_by if action is Action.RELEASE else text
    before = {"state": alert.state}
    last_act = undoing.kept(alert, action, step.to, values, by=by, now=now)
    _apply(alert, step.to, {**values, "last_act": last_act})
    audit.record(
        by,
        f"alert.{PAST[action].split()[0]}",
        "alert",
        alert.pk,
        at=now,
        before=before,
        after={"state": alert.state, "text": text},
    )
    if action is Action.SNOOZE:
        streams.touch(now)
    _tell(Act(alert, action, by, now, text))
    return alert


def _tell(act: Act) -> None:
    """Let the witnesses know in the caller's transaction, and open pages once it commits."""
    for call in _witnesses:
        call(act)
    announce(
        _incident_ids(act.alert),
        [act.alert.pk],
        now=act.at,
        is_first=act.alert.is_life_safety,
        is_undoable=act.action is Action.RELEASE,
    )


def _locked(alert_id: UUID) -> NOCAlertEvent:
    """Return the alert, which nothing else changes until this transaction ends."""
    lock_flow(require_tenant_id())
    alert = NOCAlertEvent.objects.filter(pk=alert_id).first()
    if alert is None:
        raise NotFound("There is no such alert.")
    return alert


def _refuse(alert: NOCAlertEvent, action: Action, by: Actor) -> None:
    if action is Action.SNOOZE and alert.is_life_safety:
        raise Conflict("Life safety is never paused.", state=alert.state)
    by_rule = alert.suppressed_by.partition(":")[0] in BY_RULE
    if action is Action.RELEASE and by_rule:
        raise Conflict(
            "A window, a test or a silence keeps it quiet: end that one.", state=alert.state
        )
    taken = alert.state == AlertState.ACKNOWLEDGED and alert.acknowledged_by_id is not None
    if action is Action.ACKNOWLEDGE and taken and str(alert.acknowledged_by_id) != by.id:
        raise Conflict(f"This alert is taken: {_last_said(alert)}", state=alert.state)


def _apply(alert: NOCAlertEvent, to: AlertState, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        if name.startswith("acknowledged") and alert.acknowledged_at is not None:
            continue
        setattr(alert, name, value)
    alert.state = to
    alert.version += 1
    alert.save(
        update_fields=[
            "state",
            "version",
            "acknowledged_at",
            "acknowledged_by",
            "assigned_to",
            "snoozed_until",
            "suppressed_by",
            "suppressed_why",
            "suppressed_until",
            "last_act",
        ]
    )


def _seen_by(by: Actor, now: datetime) -> dict[str, object]:
    return {
        "acknowledged_at": now,
        "acknowledged_by_id": checks.user_id_of(by),
    }


def _last_said(alert: NOCAlertEvent) -> str:
    """Return who did what last, for somebody who came second."""
    who, when = alert.acknowledged_by, alert.acknowledged_at
    if alert.state == AlertState.ACKNOWLEDGED and when is not None:
        return f"{who or 'a program'} acknowledged it at {when:%H:%M:%S} UTC."
    return f"it is {alert.state.lower()} now."


def _incident_ids(alert: NOCAlertEvent) -> list[UUID]:
    return [derived_uuid7(alert.cluster_id, "incident")] if alert.cluster_id else []
