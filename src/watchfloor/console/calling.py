"""Call lists as pages show them: whom to call next, and how the calls so far went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from watchfloor.domain.contacts import selectors
from watchfloor.domain.contacts.models import Contact
from watchfloor.domain.people.masking import masked_name, masked_phone
from watchfloor.noc.incidents import calls
from watchfloor.noc.incidents.calls import Outcome
from watchfloor.noc.incidents.models import TimelineEntry
from watchfloor.platform.accounts.names import names_of
from watchfloor.platform.accounts.scope import Scope, Viewer

OUTCOMES: Mapping[str, str] = {
    Outcome.REACHED: "Reached",
    Outcome.NO_ANSWER: "No answer",
    Outcome.WRONG_NUMBER: "Wrong number",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody on a call list; `outcome` is how the last call went, if there was one."""

    contact: Contact
    name: str
    phone: str
    is_masked: bool
    may_be_called: bool
    outcome: str = ""
    called_at: datetime | None = None
    caller: str = ""
    is_next: bool = False


def of_site(viewer: Viewer, site_id: UUID, now: datetime) -> list[Line]:
    """Return the call list of a site. One query."""
    found = selectors.contacts_for(viewer.scope).filter(site_id=site_id)
    return [_line(contact, viewer.names_within, now) for contact in found]


def of_incident(viewer: Viewer, incident_id: UUID, now: datetime) -> list[Line]:
    """Return the call lists of the incident's sites, with the calls so far. Three queries."""
    found = calls.contacts_of(incident_id, viewer.scope)
    made = calls.made(incident_id) if found else {}
    names = names_of({one.actor_id for one in made.values() if one.actor_kind == "user"})
    within = viewer.names_within
    lines = [_called(_line(contact, within, now), made.get(contact.pk), names) for contact in found]
    following = _next(lines)
    return [replace(line, is_next=line is following) for line in lines]


def _line(contact: Contact, within: Scope, now: datetime) -> Line:
    row = selectors.contact_row(contact, within, now)
    is_masked = "name" not in row
    return Line(
        contact,
        masked_name(contact.name) if is_masked else contact.name,
        masked_phone(contact.phone) if is_masked else contact.phone,
        is_masked,
        selectors.may_be_called(contact, now),
    )


def _called(line: Line, entry: TimelineEntry | None, names: Mapping[str, str]) -> Line:
    if entry is None:
        return line
    return replace(
        line,
        outcome=OUTCOMES[entry.data["outcome"]],
        called_at=entry.at,
        caller=names.get(entry.actor_id, ""),
    )


def _next(lines: Sequence[Line]) -> Line | None:
    """Return the first who was not called yet; those whose hours it is go before the others."""
    waiting: Iterable[Line] = [line for line in lines if not line.outcome]
    return min(waiting, key=lambda line: not line.may_be_called, default=None)
