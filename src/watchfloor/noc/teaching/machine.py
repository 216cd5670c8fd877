"""Merges that the clusterer declares: rows follow them, so that they can be seen and undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from watchfloor.noc.clustering import moving
from watchfloor.noc.incidents import merging
from watchfloor.noc.incidents.store import incident_id
from watchfloor.noc.teaching import telling
from watchfloor.noc.teaching.models import Correction, Kind
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import require_tenant_id


def note_merges(
    merges: Sequence[tuple[UUID, UUID]], *, now: datetime
) -> tuple[list[UUID], list[UUID]]:
    """Close what was merged, move its bouts, and keep a correction for each merge.

    Returns the incidents and the alerts that changed.
    """
    if not merges:
        return [], []
    into = dict(merges)
    pairs = [(source, _root(source, into)) for source in into]
    was = merging.states_of(into)
    moved = moving.move(pairs, decided_by="rules", feature="one_fault")
    moving.declare_merged(pairs)
    merging.close_as_merged(pairs, why=": they turned out to be one", by=SYSTEM, now=now)
    rows = [
        Correction(
            id=uuid7(), kind=Kind.MERGE, at=now, actor_kind=SYSTEM.kind, source_id=source,
            target_id=target, record={"memberships": moved[source], "incident": was.get(source)},
        )
        for source, target in pairs
    ]  # fmt: skip
    Correction.objects.bulk_create(rows)
    told = [[str(incident_id(source)), str(incident_id(target))] for source, target in pairs]
    audit.record(
        SYSTEM, "incident.merged", "tenant", require_tenant_id(), at=now, after={"merged": told}
    )
    clusters = {pk for pair in pairs for pk in pair}
    merging.refresh(clusters, now=now)
    telling.carry(pairs)
    alerts = {UUID(one["alert_id"]) for records in moved.values() for one in records}
    return [incident_id(pk) for pk in clusters], sorted(alerts)


def _root(source: UUID, into: dict[UUID, UUID]) -> UUID:
    while source in into:
        source = into[source]
    return source
