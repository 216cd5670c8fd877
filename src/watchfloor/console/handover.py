"""Handovers as their pages and files tell of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from watchfloor.console import words
from watchfloor.domain.contacts.models import Contact
from watchfloor.noc.handover import contents
from watchfloor.noc.handover.contents import MOST, Call, Contents
from watchfloor.platform.accounts.scope import Scope

ENDINGS: Mapping[str, str] = {
    "test": "On test",
    "window": "Maintenance",
    "silence": "Silence",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Contents with what only who reads them may know: the names behind calls."""

    contents: Contents
    calls: Sequence[tuple[Call, str]]
    most: int = MOST

    @property
    def came(self) -> int:
        return sum(one.number for one in self.contents.came)

    @property
    def ended(self) -> Sequence[tuple[str, int]]:
        said = self.contents.ended
        return [(words.disposition(one.disposition, one.by), one.number) for one in said]

    @property
    def is_calm(self) -> bool:
        """Return whether there is nothing at all to tell."""
        said = self.contents
        return not any((said.work, said.came, said.ended, said.calls, said.skipped, said.endings,
                        said.quiet, said.desks))  # fmt: skip


def kept(stored: object, names_within: Scope) -> Shown:
    return shown(contents.read(stored), names_within)


def shown(said: Contents, names_within: Scope) -> Shown:
    """Return contents with the names that somebody may see. One query at most."""
    names = _contacts({call.contact_id for call in said.calls}, names_within)
    return Shown(said, [(call, names.get(call.contact_id, "")) for call in said.calls])


def _contacts(ids: set[UUID], names_within: Scope) -> Mapping[UUID, str]:
    if not ids:
        return {}
    within = names_within.q("site__client_id", "site_id")
    return dict(Contact.objects.filter(within, pk__in=ids).values_list("pk", "name"))
