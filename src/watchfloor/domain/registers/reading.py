"""What one viewer is told of rows: persons where names may be seen, other rows within scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from watchfloor.domain.registers import selectors
from watchfloor.domain.registers.declaration import Listed
from watchfloor.platform.accounts.scope import Scope, Viewer


@dataclass(frozen=True, slots=True)
class RowReader:
    """Somebody who reads rows of one noun.

    `known` are the codes that fields may tell; what is not in it tells all of its codes.
    """

    what: Listed
    names_within: Scope
    known: Mapping[str, Set[str]]

    @classmethod
    def of(cls, what: Listed, viewer: Viewer) -> RowReader:
        """One query for each field that may refer to what lies beyond the scope."""
        return cls(what, viewer.names_within, known_codes(what, viewer.scope))

    def told(self, row: Model, fields: Collection[str]) -> dict[str, Any]:
        """Return these fields of a row, other rows by their code."""
        selectors.disclose(self.what, row, fields)
        return {name: self.said(row, name) for name in fields}

    def said(self, row: Model, name: str) -> Any:
        if self.is_hidden(row, name):
            return None
        value = selectors.said(self.what, row, name)
        if name in self.known and isinstance(value, list):
            return [code for code in value if code in self.known[name]]
        return value

    def is_hidden(self, row: Model, name: str) -> bool:
        """Whether the viewer may not know whom or what a field names."""
        if name in self.known and self.what.refers(name):
            code = selectors.said(self.what, row, name)
            return code is not None and code not in self.known[name]
        return self._hides_person(row, name)

    def _hides_person(self, row: Model, name: str) -> bool:
        """A confirmed code is no name."""
        if name not in self.what.persons:
            return False
        if self.names_within.covers(*selectors.place_of(self.what, row)):
            return False
        return not getattr(getattr(row, name), "is_verified", False)


def known_codes(what: Listed, scope: Scope) -> dict[str, Set[str]]:
    """Return the codes within the scope, for the fields that may refer to what lies beyond it."""
    return {
        name: set(selectors.known(other, scope).values_list("code", flat=True))
        for name, other in selectors.scoped(what, scope).items()
    }
