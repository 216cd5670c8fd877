"""What somebody sees of an incident that reaches beyond their places.

They see that it is, what kinds of alerts it has and how many, who works on it, and their own
alerts. Words that people wrote, and what happened to alerts elsewhere, may name others' places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, UUIDField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.incidents import places, selectors
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.platform.accounts.scope import Place, Scope, Viewer
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Denied, NotFound

HIDDEN: dict[str, Any] = {"description": "", "resolution": "", "is_whole": False}
# Acts whose text is made by us, of a user or a time.
_OURS = frozenset({"assigned", "snoozed"})


def rows_for(scope: Scope, incident_ids: Iterable[UUID]) -> list[selectors.Row]:
    """Return the rows of incidents that the scope reaches, as it may see them."""
    return [_row_for(scope, *found) for found in selectors.incident_rows(incident_ids)]


def row_for(scope: Scope, incident_id: UUID) -> selectors.Row:
    """Return one row. Raises: NotFound for what the scope does not reach, too."""
    for row, where in selectors.incident_rows([incident_id]):
        if scope.all_clients or any(scope.covers(*place) for place in where):
            return _row_for(scope, row, where)
    raise NotFound("There is no such incident.")


def _row_for(scope: Scope, row: selectors.Row, where: Sequence[Place]) -> selectors.Row:
    seen = [place for place in where if scope.covers(*place)]
    told = row | {"site_ids": places.sites(seen)}
    return told if len(seen) == len(where) else told | HIDDEN


def is_whole(scope: Scope, incident_id: UUID) -> bool:
    """Whether all places of the incident lie within the scope."""
    return scope.all_clients or scope.covers_all(places.of([incident_id])[incident_id])


def whole(scope: Scope, incident_id: UUID) -> NOCIncident:
    """Return an incident to act on as a whole.

    Raises: NotFound beyond the scope, Denied where only a part of it lies within.
    """
    incident = selectors.one(scope, incident_id)
    if not is_whole(scope, incident_id):
        raise Denied("A part of it lies beyond your places: act on its alerts, or escalate it.")
    return incident


def timeline(
    viewer: Viewer, incident_id: UUID, *, most: int, until: datetime | None = None
) -> Sequence[TimelineEntry]:
    """Return what happened, up to `until`, newest first, without what is not for the viewer."""
    entries = selectors.timeline(incident_id)
    if until is not None:
        entries = entries.filter(at__lte=until)
    return _for(viewer, entries, most, whole=is_whole(viewer.scope, incident_id))


def timeline_of(viewer: Viewer, row: selectors.Row, *, most: int) -> Sequence[TimelineEntry]:
    """Return what happened to the incident of a row that was made for this viewer."""
    return _for(viewer, selectors.timeline(row["id"]), most, whole=row["is_whole"])


def _for(
    viewer: Viewer, entries: QuerySet[TimelineEntry], most: int, *, whole: bool
) -> Sequence[TimelineEntry]:
    if whole:
        return list(entries[:most])
    return [_told(entry, viewer.actor) for entry in _within(entries, viewer.scope)[:most]]


def _within(entries: QuerySet[TimelineEntry], scope: Scope) -> QuerySet[TimelineEntry]:
    """Leave out what happened to alerts beyond the scope."""
    about = Cast(KeyTextTransform("alert_id", "data"), UUIDField())
    return entries.annotate(about=about).filter(
        Q(about=None) | Q(about__in=alerts.visible(scope).values("pk"))
    )


def _told(entry: TimelineEntry, reader: Actor) -> TimelineEntry:
    if entry.kind == "opened":
        entry.text = "Opened"  # its text names the first alert
    elif not _is_ours(entry) and (entry.actor_kind, entry.actor_id) != (reader.kind, reader.id):
        entry.text = ""
    return entry


def _is_ours(entry: TimelineEntry) -> bool:
    return entry.actor_kind == "system" or entry.kind in _OURS or "alert_id" in entry.data
