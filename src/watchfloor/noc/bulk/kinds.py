"""What can be done to many at once, and how each of them is done: as a single act is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from watchfloor.noc.bulk.models import Noun
from watchfloor.noc.incidents import partial, selectors
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.models import Disposition, NOCIncident
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, ASSIGN_INCIDENTS, ESCALATE
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import Conflict

Said = Mapping[str, Any]
"""What goes with the act, as JSON: whom to give it to, until when to sleep, what it was."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`needed`: what of `Said` it cannot be without. `is_for_each`: not for life safety in bulk."""

    capability: str
    run: Callable[..., NOCIncident]
    find: Callable[[Scope, UUID], NOCIncident] = partial.whole
    needed: str = ""
    is_for_each: bool = False

    def check(self, found: NOCIncident) -> None:
        """Raises: Conflict where whoever does it must have looked at this very one."""
        if self.is_for_each and found.is_life_safety:
            raise Conflict("Life safety is resolved one by one.", state=found.state)


def _acknowledge(pk: UUID, said: Said, **how: Any) -> NOCIncident:
    return incidents.acknowledge(pk, **how)


def _assign(pk: UUID, said: Said, **how: Any) -> NOCIncident:
    return incidents.assign(pk, UUID(said["user_id"]), **how)


def _snooze(pk: UUID, said: Said, **how: Any) -> NOCIncident:
    return incidents.snooze(pk, datetime.fromisoformat(said["until"]), **how)


def _escalate(pk: UUID, said: Said, **how: Any) -> NOCIncident:
    return incidents.escalate(pk, said["reason"], **how)


def _resolve(pk: UUID, said: Said, **how: Any) -> NOCIncident:
    what = said.get("disposition")
    disposition = Disposition(what) if what else None
    return incidents.resolve(pk, said.get("resolution", ""), disposition=disposition, **how)


KINDS: Mapping[tuple[str, str], Kind] = {
    (Noun.INCIDENTS, "acknowledge"): Kind(ACK_ALERTS, _acknowledge),
    (Noun.INCIDENTS, "assign"): Kind(ASSIGN_INCIDENTS, _assign, needed="user_id"),
    (Noun.INCIDENTS, "snooze"): Kind(ACK_ALERTS, _snooze, needed="until"),
    (Noun.INCIDENTS, "escalate"): Kind(ESCALATE, _escalate, find=selectors.one, needed="reason"),
    (Noun.INCIDENTS, "resolve"): Kind(ACK_ALERTS, _resolve, is_for_each=True),
}
