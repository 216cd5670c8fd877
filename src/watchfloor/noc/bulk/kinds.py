"""What can be done to many at once, and how each of them is done: as a single act is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

from watchfloor.noc.alerts import selectors as alerts_found
from watchfloor.noc.alerts import services as alerts
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.bulk.models import Noun
from watchfloor.noc.incidents import selectors as incidents_found
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.models import Disposition, NOCIncident
from watchfloor.noc.incidents.partial import whole
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, ASSIGN_INCIDENTS, ESCALATE
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import Conflict

Row: TypeAlias = NOCIncident | NOCAlertEvent
Said = Mapping[str, Any]
"""What goes with the act, as JSON: whom to give it to, until when to sleep, what it was."""


def _nothing(said: Said) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Kind:
    """An act on one, as `act(id, *arguments(said), by=, now=, version=)`.

    `find` lets through what somebody may act on; `needed` is what of `Said` it cannot be without;
    `is_for_each`: not for life safety in bulk.
    """

    capability: str
    act: Callable[..., Row]
    find: Callable[[Scope, UUID], Row]
    take_back: Callable[..., Row]
    arguments: Callable[[Said], tuple[Any, ...]] = _nothing
    needed: str = ""
    is_for_each: bool = False

    def check(self, found: Row) -> None:
        """Raises: Conflict where whoever does it must have looked at this very one."""
        if self.is_for_each and found.is_life_safety:
            raise Conflict("Life safety is resolved one by one.", state=found.state)


def _whom(said: Said) -> tuple[UUID]:
    return (UUID(said["user_id"]),)


def _until(said: Said) -> tuple[datetime]:
    return (datetime.fromisoformat(said["until"]),)


def _why(said: Said) -> tuple[str]:
    return (said["reason"],)


def _what_was_done(said: Said) -> tuple[str]:
    return (said.get("resolution", ""),)


def _what_it_was(said: Said) -> tuple[str, Disposition | None]:
    what = said.get("disposition")
    return (*_what_was_done(said), Disposition(what) if what else None)


def _resolve_incident(
    pk: UUID, resolution: str, disposition: Disposition | None, **how: Any
) -> NOCIncident:
    return incidents.resolve(pk, resolution, disposition=disposition, **how)


_incident = partial(Kind, find=whole, take_back=incidents.take_back)
_alert = partial(Kind, find=alerts_found.one, take_back=alerts.take_back)

KINDS: Mapping[tuple[str, str], Kind] = {
    (Noun.INCIDENTS, "acknowledge"): _incident(ACK_ALERTS, incidents.acknowledge),
    (Noun.INCIDENTS, "assign"): _incident(
        ASSIGN_INCIDENTS, incidents.assign, arguments=_whom, needed="user_id"
    ),
    (Noun.INCIDENTS, "snooze"): _incident(
        ACK_ALERTS, incidents.snooze, arguments=_until, needed="until"
    ),
    (Noun.INCIDENTS, "escalate"): _incident(
        ESCALATE, incidents.escalate, find=incidents_found.one, arguments=_why, needed="reason"
    ),
    (Noun.INCIDENTS, "resolve"): _incident(
        ACK_ALERTS, _resolve_incident, arguments=_what_it_was, is_for_each=True
    ),
    (Noun.ALERTS, "acknowledge"): _alert(ACK_ALERTS, alerts.acknowledge),
    (Noun.ALERTS, "assign"): _alert(
        ASSIGN_INCIDENTS, alerts.assign, arguments=_whom, needed="user_id"
    ),
    (Noun.ALERTS, "snooze"): _alert(ACK_ALERTS, alerts.snooze, arguments=_until, needed="until"),
    (Noun.ALERTS, "escalate"): _alert(ESCALATE, alerts.escalate, arguments=_why, needed="reason"),
    (Noun.ALERTS, "resolve"): _alert(
        ACK_ALERTS, alerts.resolve, arguments=_what_was_done, is_for_each=True
    ),
    (Noun.ALERTS, "release"): _alert(ACK_ALERTS, alerts.release),
}
