"""What is imported on the page of a list: the rows of registers, and shifts by their rosters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watchfloor.console.operation import may_write
from watchfloor.domain.registers.declaration import Listed
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.sensing.rosters import tables


@dataclass(frozen=True, slots=True)
class Import:
    """How a table of such rows is imported, as the form says it."""

    address: str
    help: str
    columns: str
    more: str = ""
    calendars: bool = False
    later: str = ""


ROSTERS = Import(
    "/api/v1/rosters/import",
    "A calendar (.ics), or a CSV with a row for each shift, or each person on it, under",
    ", ".join(tables.COLUMNS),
    "Times without a zone are by the clock of the site. Sites and people are named by code, name "
    "or e-mail address. A shift that is known is published again.",
    calendars=True,
    later="They stand here in a moment.",
)
IMPORTED: Mapping[str, Import] = {"shifts": ROSTERS}
"""Records that come in as tables, too."""


def imported(what: Listed, viewer: Viewer) -> Import | None:
    """Return how this viewer imports such rows, if at all."""
    if may_write(what, viewer, CONFIGURE):
        columns = ", ".join(what.fields)
        help_ = "A CSV with a row for each, under"
        return Import(f"/api/v1/{what.noun}/import", help_, columns)
    return IMPORTED.get(what.noun) if viewer.may(CONFIGURE) else None
