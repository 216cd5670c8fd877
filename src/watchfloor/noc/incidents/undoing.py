"""Taking back the last act on an incident: what is kept for it, and of what it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from watchfloor.noc.alerts import undoing
from watchfloor.noc.alerts.undoing import Kept
from watchfloor.noc.incidents import ending, refusing
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.incidents.states import Action
from watchfloor.platform.audit.actors import Actor


def kept(
    incident: NOCIncident,
    action: Action,
    to: IncidentState,
    names: Iterable[str],
    *,
    alerts: Iterable[ending.Was] = (),
    by: Actor,
    now: datetime,
) -> Kept:
    """Return, for its row, what an act is about to overwrite, of its alerts too."""
    last = undoing.kept(incident, action, to, names, by=by, now=now)
    if incident.recovered_at is None:
        last["was"]["recovered_at"] = None  # recovered meanwhile: nobody has it in hand any more
    return last | {"alerts": [one.spelt() for one in alerts]}


def check(incident: NOCIncident, version: int | None, by: Actor) -> None:
    """Raise Conflict unless the last act is theirs and stands so still.

    `version`: the one that the act led to, where they say which act they mean.
    """
    if not undoing.is_theirs(incident, version, by):
        raise refusing.acted_since(incident, by, "There is no act of yours to take back")
    undoing.check_stands(incident)


def restore(incident: NOCIncident, *, now: datetime) -> list[UUID]:
    """Give incident and alerts back what `kept` says; return the alerts that changed."""
    alerts = [ending.Was.read(*one) for one in incident.last_act["alerts"]]
    incident.updated_at = now
    incident.save(update_fields=[*undoing.put_back(incident), "updated_at"])
    return ending.restore_alerts(alerts)
