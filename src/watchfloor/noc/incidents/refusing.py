"""Of two who act at once the second is refused, and told who was first, what they did and when.

The tenant's lock puts acts in order, so there is always a first. What only the machine did since
somebody looked refuses nobody, and nothing but another person's hand keeps life safety from being
acknowledged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from watchfloor.noc.alerts import checks
from watchfloor.noc.incidents import selectors
from watchfloor.noc.incidents.models import IncidentState, NOCIncident, TimelineEntry
from watchfloor.noc.incidents.states import MACHINE, OVER, Action
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict
from watchfloor.platform.states import Step

_TOOK = ("acknowledged", "assigned", "started")
_ENDED = ("resolved", "closed", "merged")
_DONE = {
    "commented": "commented on it",
    "undone": "took back an act on it",
    "step done": "did a step of it",
    "step skipped": "skipped a step of it",
    "step taken back": "took back a step of it",
}
_GO_ON = frozenset({"assigned", "snoozed"})
"""Acts whose text goes on in the same sentence; that of others is what somebody wrote."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What somebody else had done before: `what` is "resolved it" or "assigned it to Ann Lee"."""

    who: str
    what: str
    at: datetime

    @classmethod
    def of(cls, entry: TimelineEntry) -> Earlier:
        done = _DONE.get(entry.kind, f"{entry.kind} it")
        goes_on = f" {entry.text}" if entry.kind in _GO_ON else ""
        who = selectors.actor_name(entry.actor_kind, entry.actor_id)
        return cls(who, f"{done}{goes_on}", entry.at)

    def __str__(self) -> str:
        return f"{self.who} {self.what} at {self.at:%H:%M:%S} UTC."

    def told(self) -> dict[str, str]:
        return {"who": self.who, "what": self.what, "at": self.at.isoformat()}


def check_open(incident: NOCIncident) -> None:
    """Raises: Conflict that names who ended it, where it is over."""
    if incident.state in OVER:
        raise _second(
            incident,
            f"is {incident.state.lower()}",
            selectors.timeline(incident.pk).filter(kind__in=_ENDED),
        )


def step(
    incident: NOCIncident, action: Action, *, by: Actor, version: int | None
) -> Step[IncidentState]:
    """Return where the act leads.

    Raises: Conflict where the state does not allow it, somebody else has taken or ended it, or
    they have acted on it since it had this `version`.
    """
    if action is Action.SNOOZE and incident.is_life_safety:
        raise Conflict("Life safety is never paused.", state=incident.state)
    entries = selectors.timeline(incident.pk)
    if _is_over_for(incident, action, by):
        check_open(incident)
    found = MACHINE.step(IncidentState(incident.state), action)
    if _is_taken(incident, action, by):
        raise _second(incident, "is taken", entries.filter(kind__in=_TOOK))
    of_others = entries.exclude(actor_kind=by.kind, actor_id=by.id)
    since = _acts_since(incident, action, of_others, version)
    if since is not None and since.exists():
        raise _second(incident, "has changed meanwhile", since)
    return found


def acted_since(incident: NOCIncident, by: Actor, otherwise: str) -> Conflict:
    """Return the refusal that names who acted last, where that was somebody else."""
    last = selectors.timeline(incident.pk).filter(data__version=incident.version).first()
    if last is None or (last.actor_kind, last.actor_id) == (by.kind, by.id):
        return Conflict(f"{otherwise}.", state=incident.state, version=incident.version)
    return refusal(incident, "has changed meanwhile", Earlier.of(last))


def _is_over_for(incident: NOCIncident, action: Action, by: Actor) -> bool:
    """Whether the act comes too late; of resolving again, only one's own repeat does not."""
    if incident.state not in OVER:
        return False
    if action is not Action.RESOLVE or incident.state == IncidentState.CLOSED:
        return (IncidentState(incident.state), action) not in MACHINE.table
    return (incident.resolved_by_kind, incident.resolved_by_id) != (by.kind, by.id)


def _is_taken(incident: NOCIncident, action: Action, by: Actor) -> bool:
    if action is not Action.ACKNOWLEDGE or incident.state == IncidentState.NEW:
        return False
    mine = (incident.acknowledged_by_id, incident.assigned_to_id)
    is_theirs = by.kind != "user" or checks.user_id_of(by) in mine
    return incident.acknowledged_at is not None and not is_theirs


def _acts_since(
    incident: NOCIncident, action: Action, of_others: QuerySet[TimelineEntry], version: int | None
) -> QuerySet[TimelineEntry] | None:
    """Return what other people did since the version; None where that refuses nobody."""
    if version is None or version == incident.version:
        return None
    if action is Action.ACKNOWLEDGE and incident.is_life_safety:
        return None
    return of_others.filter(data__version__gt=version).exclude(actor_kind="system")


def _second(incident: NOCIncident, how: str, entries: QuerySet[TimelineEntry]) -> Conflict:
    """Return the refusal, with the newest of these entries as what came before."""
    entry = entries.first()
    return refusal(incident, how, Earlier.of(entry) if entry else None)


def refusal(incident: NOCIncident, how: str, earlier: Earlier | None) -> Conflict:
    """Return what to tell whoever came second to an incident that is `how` by now."""
    details: dict[str, object] = {"state": incident.state, "version": incident.version}
    reason = f"This incident {how}"
    if earlier is None:
        return Conflict(f"{reason}.", **details)
    return Conflict(f"{reason}: {earlier}", **details, reason=reason, earlier=earlier.told())
