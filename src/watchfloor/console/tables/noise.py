"""What is kept quiet and why, and what grouping is taught, as files."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter, itemgetter
from typing import Any

from watchfloor.console import grouping, quiet, reading, rehearsals
from watchfloor.console.quiet import Told
from watchfloor.console.reading import Row
from watchfloor.console.tables.floor import ALERT
from watchfloor.console.tables.table import Asked, Columns, Table
from watchfloor.console.tables.writing import MOST
from watchfloor.noc.alerts import false_sources
from watchfloor.noc.rehearsal.models import Rehearsal


def _kept_quiet(asked: Asked) -> list[Row]:
    return reading.kept_quiet(asked.viewer, most=MOST + 1)


def _false_sources(asked: Asked) -> list[Row]:
    return false_sources.worst(asked.scope, now=asked.reader.now, limit=MOST)


def _windows(asked: Asked) -> list[Told]:
    return quiet.windows(asked.scope, now=asked.reader.now, most=MOST + 1)


def _silences(asked: Asked) -> list[Told]:
    return quiet.silences(asked.scope, now=asked.reader.now, most=MOST + 1)


def _lessons(asked: Asked) -> list[Row]:
    return grouping.lessons(asked.viewer, most=MOST + 1)


def _rehearsals(asked: Asked) -> list[Row]:
    known = rehearsals.known()
    asked_for = Rehearsal.objects.order_by("-created_at", "-id")[: MOST + 1]
    return [rehearsals.listed(one, known) for one in asked_for]


def _changes(row: Row) -> list[str]:
    return [f"{one.name} {one.value}" for one in row["changes"]]


def _of_side(sides: Sequence[Any], side: int) -> object:
    return sides[side] if sides else None


FALSE_SOURCE: Columns = {
    "type": itemgetter("alert_type"),
    "from": itemgetter("entity"),
    "site": itemgetter("site"),
    "alerts": itemgetter("lives"),
    "nothing": itemgetter("false"),
    "share": lambda row: round(row["rate"], 4),
    "at_least": lambda row: round(row["bound"], 4),
    "protected": itemgetter("is_protected"),
    "last_seen_at": itemgetter("last_seen_at"),
}
WINDOW: Columns = {
    "title": attrgetter("row.title"),
    "reason": attrgetter("row.reason"),
    "about": attrgetter("about"),
    "from": attrgetter("row.starts_at"),
    "until": attrgetter("row.ends_at"),
    "repeats": attrgetter("repeats"),
    "holds_until": attrgetter("open_until"),
    "kept_quiet": attrgetter("quiet"),
    "declared_by": attrgetter("row.created_by"),
    "id": attrgetter("row.id"),
}
SILENCE: Columns = {
    "reason": attrgetter("row.reason"),
    "about": attrgetter("about"),
    "from": attrgetter("row.created_at"),
    "until": attrgetter("row.ends_at"),
    "kept_quiet": attrgetter("quiet"),
    "made_by": attrgetter("row.created_by"),
    "id": attrgetter("row.id"),
}
LESSON: Columns = {
    "one": lambda row: row["row"].one,
    "other": lambda row: row["row"].other,
    "where": itemgetter("where"),
    "says": itemgetter("says"),
    "state": lambda row: row["row"].get_state_display(),
    "corrections": itemgetter("support"),
    "people": itemgetter("people"),
    "proposed_at": lambda row: row["row"].proposed_at,
    "in_effect_at": lambda row: row["row"].in_effect_at,
    "withdrawn_at": lambda row: row["row"].withdrawn_at,
    "id": lambda row: row["row"].id,
}
REHEARSAL: Columns = {
    "asked_at": lambda row: row["row"].created_at,
    "from": lambda row: row["row"].starts_at,
    "until": lambda row: row["row"].ends_at,
    "different": _changes,
    "incidents": lambda row: _of_side(row["incidents"], 0),
    "would_have_been": lambda row: _of_side(row["incidents"], 1),
    "state": lambda row: row["row"].get_state_display(),
    "id": lambda row: row["row"].id,
}
TABLES = (
    Table("kept-quiet", "noise", "alert", _kept_quiet, ALERT),
    Table("false-alarms", "noise", "false-source", _false_sources, FALSE_SOURCE),
    Table("maintenance", "quiet", "window", _windows, WINDOW),
    Table("silences", "quiet", "silence", _silences, SILENCE, is_whole=True),
    Table("lessons", "lessons", "lesson", _lessons, LESSON),
    Table("rehearsals", "rehearsal", "rehearsal", _rehearsals, REHEARSAL, is_whole=True),
)
