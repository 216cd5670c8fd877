"""What the last act on an incident overwrote: whoever did it may take it back while it is fresh.

Only the last one is kept, since an act is not taken back once somebody has acted after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from watchfloor.noc.incidents import ending, refusing
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.incidents.states import Action
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict

FRESH = timedelta(seconds=15)
"""Ten seconds in which pages offer to take it back, and the way there."""


def kept(
    incident: NOCIncident,
    action: Action,
    to: IncidentState,
    names: Iterable[str],
    *,
    alerts: Iterable[ending.Was] = (),
    by: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Return, for its row, what an act that changes these columns is about to overwrite."""
    was = {name: _spelt(getattr(incident, name)) for name in (*names, "state")}
    if incident.recovered_at is None:
        was["recovered_at"] = None  # what recovers meanwhile is judged anew: nobody has it in hand
    return {
        "act": action,
        "by": [by.kind, by.id],
        "at": now.isoformat(),
        "version": incident.version + 1,
        "led_to": to,
        "was": was,
        "alerts": [one.spelt() for one in alerts],
    }


def check(incident: NOCIncident, version: int | None, by: Actor) -> None:
    """Raise Conflict unless the last act is theirs and stands so still.

    `version`: the one that the act led to, where they say which act they mean.
    """
    last = incident.last_act
    if not last or last["by"] != [by.kind, by.id] or version not in (None, last["version"]):
        raise refusing.acted_since(incident, by, "There is no act of yours to take back")
    if incident.state != last["led_to"]:
        message = f"It is too late to take this back: it is {incident.state.lower()} by now."
        raise Conflict(message, state=incident.state)


def check_fresh(incident: NOCIncident, now: datetime) -> None:
    if datetime.fromisoformat(incident.last_act["at"]) < now - FRESH:
        raise Conflict("It is too late to take this back.", state=incident.state)


def restore(incident: NOCIncident, *, now: datetime) -> list[UUID]:
    """Give incident and alerts back what `kept` says; return the alerts that changed."""
    last = incident.last_act
    columns = {field.attname: field for field in incident._meta.concrete_fields}
    for name, value in last["was"].items():
        setattr(incident, name, columns[name].to_python(value))
    incident.last_act = {}
    incident.version, incident.updated_at = incident.version + 1, now
    incident.save(update_fields=[*last["was"], "last_act", "version", "updated_at"])
    return ending.restore_alerts([ending.Was.read(*one) for one in last["alerts"]])


def _spelt(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
