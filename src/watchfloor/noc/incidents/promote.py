"""Turns what a batch did to clusters into incidents: one for each cluster, figures from members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.clustering.store import ClusterFigures
from watchfloor.noc.clustering.work import Grouped
from watchfloor.noc.incidents import past, places, store, titles
from watchfloor.noc.incidents.models import IncidentState
from watchfloor.noc.incidents.store import Before, Entry, incident_id

OVER = frozenset({IncidentState.RESOLVED, IncidentState.CLOSED})


@dataclass(slots=True)
class Promoted:
    """Incidents that a batch opened or changed."""

    opened: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)
    is_life_safety: bool = False

    @property
    def ids(self) -> list[UUID]:
        return [*self.opened, *self.changed]


def promote(
    grouped: Grouped, figures: Sequence[ClusterFigures], *, last_number: int, now: datetime
) -> Promoted:
    """Open an incident for each new cluster, and bring the others in line with their members.

    `last_number` is the last of the numbers that were taken for this batch.
    """
    opened = {UUID(one.id): place for place, one in enumerate(grouped.opened)}
    fresh = [one for one in figures if one.id in opened]
    known = [one for one in figures if one.id not in opened]
    fresh.sort(key=lambda one: opened[one.id])
    first_number = last_number - len(fresh) + 1
    store.insert_incidents([*zip(range(first_number, last_number + 1), fresh, strict=True)], now)
    places.write({incident_id(one.id): one.places for one in fresh})
    entries = [_opened_entry(one) for one in fresh]
    entries += refresh(known, now=now)
    store.write_timeline(entries)
    return Promoted(
        [incident_id(one.id) for one in fresh],
        [incident_id(one.id) for one in known],
        any(one.is_life_safety for one in figures),
    )


def refresh(figures: Iterable[ClusterFigures], *, now: datetime) -> list[Entry]:
    """Bring incidents in line with their clusters' members; return what to tell of it."""
    rows = list(figures)
    before = store.before([incident_id(one.id) for one in rows])
    entries: list[Entry] = []
    for one in rows:
        was = before.get(incident_id(one.id))
        if was is not None:
            entries += _told(one, was)
    store.update_incidents(
        [(one, _reopens(one, before.get(incident_id(one.id)))) for one in rows], now
    )
    at = {incident_id(one.id): one.places for one in rows}
    places.write({pk: at[pk] for pk in before})
    return entries


def _reopens(one: ClusterFigures, was: Before | None) -> bool:
    return was is not None and was.state in OVER and one.firing > 0 and one.open_to_people > 0


def _opened_entry(one: ClusterFigures) -> Entry:
    text = f"Opened by the first alert: {titles.of(one)}"
    return Entry(incident_id(one.id), one.first_at, "opened", text, data=past.began())


def _told(one: ClusterFigures, was: Before) -> list[Entry]:
    pk = incident_id(one.id)
    entries = []
    if _reopens(one, was):
        entries.append(
            Entry(pk, one.last_at, "reopened", "Opened again: it fires again", data=past.began())
        )
    if one.severity != was.severity:
        word = "rose" if one.severity > was.severity else "fell"
        text = f"Severity {word} from {_name(was.severity)} to {_name(one.severity)}"
        entries.append(Entry(pk, one.last_at, "severity", text, data=past.severity(was.severity)))
    return entries


def _name(severity: int) -> str:
    return str(SeverityLevel(severity).label).lower()
