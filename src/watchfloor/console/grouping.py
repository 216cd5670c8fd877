"""Correcting grouping, as pages show it: what an incident may be merged into, and what was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, Value, When

from watchfloor.console.filters import OVER
from watchfloor.noc.incidents import places
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.teaching import selectors
from watchfloor.noc.teaching.models import Correction, Kind, Lesson, LessonState
from watchfloor.platform.accounts.names import names_of
from watchfloor.platform.accounts.scope import Scope, Viewer

CHOICES = 30
LISTED = 20
LESSONS = 200
_DID: Mapping[str, str] = {
    Kind.MERGE: "merged into",
    Kind.SPLIT: "split off into",
    Kind.MOVE_OUT: "moved out into",
    Kind.BELONGS_TOGETHER: "put to",
}
RELATIONS: Mapping[str, str] = {
    "thing": "on the same thing",
    "site": "at the same site",
    "domain": "on the same supply or line",
}


@dataclass(frozen=True, slots=True)
class Done:
    """A correction on the page of an incident that it touched."""

    id: UUID
    at: datetime
    what: str
    other_id: UUID | None
    other: str
    who: str
    note: str
    is_undone: bool


def may_correct(row: Mapping[str, Any], acts: frozenset[str]) -> bool:
    """Whether the viewer may merge and split this incident."""
    stands_alone = row["is_life_safety"] or row["cluster_id"] is None
    return "correct" in acts and row["is_whole"] and not stands_alone and row["state"] not in OVER


def choices(scope: Scope, row: Mapping[str, Any], words: str) -> Sequence[NOCIncident]:
    """Return open incidents that it may turn out to be part of: its site's first, then new ones.

    One more than are shown, if there are more. All `words` are in title, site, client or reference.
    """
    seen = incidents.visible(scope).exclude(places.beyond(scope))
    open_ones = incidents.matching(seen, within=scope, state="open", life_safety=False, q=words)
    near = Case(
        When(site_id=row["site_id"], then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    fitting = open_ones.filter(cluster__isnull=False).exclude(pk=row["id"])
    ordered = fitting.select_related("site", "client").order_by(near, "-last_alert_at", "-id")
    return list(ordered[: CHOICES + 1])


def corrections(viewer: Viewer, cluster_id: UUID | None) -> list[Done]:
    """Return what was corrected about a cluster, the newest first, undone acts included."""
    if cluster_id is None:
        return []
    found = selectors.corrections(viewer.scope).filter(
        Q(source_id=cluster_id) | Q(target_id=cluster_id)
    )
    rows = list(found.exclude(kind=Kind.UNDO).order_by("-at", "-id")[:LISTED])
    ends = {pk for row in rows for pk in (row.source_id, row.target_id)}
    named = {i.cluster_id: i for i in NOCIncident.objects.filter(cluster_id__in=ends)}
    names = names_of({row.actor_id for row in rows if row.actor_kind == "user"})
    return [_done(row, cluster_id, named, names) for row in rows]


def _done(
    row: Correction,
    cluster_id: UUID,
    named: Mapping[UUID | None, NOCIncident],
    names: Mapping[str, str],
) -> Done:
    held = len({one["alert_id"] for one in row.record.get("memberships", ())})
    alerts = "1 alert" if held == 1 else f"{held} alerts"
    source, target = named.get(row.source_id), named.get(row.target_id)
    if row.source_id == row.target_id:
        what, other = "Confirmed: these belong together", None
    elif row.source_id == cluster_id:
        what, other = f"{alerts} {_DID[row.kind]}", target
    else:
        what, other = f"{alerts} {_DID[row.kind]} this one, from", source
    return Done(
        id=row.pk,
        at=row.at,
        what=what,
        other_id=other.pk if other else None,
        other=f"INC-{other.number}" if other else "",
        who=names.get(row.actor_id, "somebody who is gone") if row.actor_kind == "user" else "",
        note=row.note,
        is_undone=row.undone_at is not None,
    )


def lessons(viewer: Viewer, *, most: int = LESSONS) -> list[dict[str, Any]]:
    """Return the lessons with what pages say of them, proposals first."""
    order = {LessonState.PROPOSED: 0, LessonState.IN_EFFECT: 1, LessonState.WITHDRAWN: 2}
    found = list(selectors.all_lessons().order_by("-proposed_at", "-id")[:most])
    found.sort(key=lambda row: order[LessonState(row.state)])
    people = selectors.supporters(found)
    me = {(viewer.actor.kind, viewer.actor.id)}
    return [_lesson(row, people[row.pk], is_mine=people[row.pk] <= me) for row in found]


def _lesson(row: Lesson, people: Collection[object], *, is_mine: bool) -> dict[str, Any]:
    return {
        "row": row,
        "says": "belong together" if row.links else "do not belong together",
        "where": RELATIONS[row.relation],
        "support": getattr(row, "support", 0),
        "people": len(people),
        "drift": selectors.drift(row),
        "may_confirm": row.state == LessonState.PROPOSED and not is_mine,
        "is_mine": row.state == LessonState.PROPOSED and is_mine,
        "may_withdraw": row.state != LessonState.WITHDRAWN,
    }
