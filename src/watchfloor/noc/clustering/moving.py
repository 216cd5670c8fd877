"""Moves bouts from one cluster to another, with all that follows, and back again.

The rows of reports stay as they are: they tell in which cluster a report was put when it came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from watchfloor.platform import bulk
from watchfloor.platform.tenancy.context import require_tenant_id

Records = list[dict[str, Any]]
"""Decisions as they were before the move: what `move_back` needs."""
Pair = tuple[UUID, UUID]
"""The cluster that is left, and the one that is joined."""

_MOVE = """
WITH pairs AS (
    SELECT source, target FROM unnest(%b::uuid[], %b::uuid[]) AS p(source, target)
), was AS (
    SELECT m.*, pairs.target FROM clustering_clustermembership m
    JOIN pairs ON pairs.source = m.cluster_id
    WHERE m.tenant_id = %b AND (%b::uuid[] IS NULL OR m.alert_id = ANY(%b::uuid[]))
), moved AS (
    UPDATE clustering_clustermembership m SET cluster_id = was.target, decided_by = %b,
        score = 1, threshold = 0, features = %b::text::jsonb, opened_cluster = false,
        runner_up_id = NULL, runner_up_score = 0
    FROM was WHERE m.id = was.id
), alerts AS (
    UPDATE alerts_nocalertevent a SET cluster_id = pairs.target, version = a.version + 1
    FROM pairs
    WHERE a.tenant_id = %b AND a.cluster_id = pairs.source
        AND (%b::uuid[] IS NULL OR a.id = ANY(%b::uuid[]))
)
SELECT was.cluster_id, json_build_object('id', was.id, 'alert_id', was.alert_id,
    'bout', was.bout,
    'score', was.score, 'threshold', was.threshold, 'features', was.features,
    'runner_up_id', was.runner_up_id, 'runner_up_score', was.runner_up_score,
    'decided_by', was.decided_by, 'opened_cluster', was.opened_cluster)::text
FROM was ORDER BY was.id"""


def move(
    pairs: Sequence[Pair],
    *,
    decided_by: str,
    feature: str,
    alerts: Collection[UUID] | None = None,
) -> dict[UUID, Records]:
    """Move the bouts of all or of some alerts; return by cluster left how they were decided."""
    if not pairs:
        return {}
    tenant_id = require_tenant_id()
    chosen = None if alerts is None else list(alerts)
    features = msgspec.json.encode([[feature, 1.0]]).decode()
    sources, targets = [one for one, _ in pairs], [other for _, other in pairs]
    rows = bulk.run(
        _MOVE,
        [
            sources, targets, tenant_id, chosen, chosen, decided_by, features, tenant_id, chosen,
            chosen,
        ],
    )  # fmt: skip
    found: dict[UUID, Records] = {source: [] for source in sources}
    for source, record in rows:
        found[source].append(msgspec.json.decode(record))
    name_primaries({*sources, *targets})
    return found


_BACK = """
WITH x AS (
    SELECT id, alert_id, bout FROM jsonb_to_recordset(%b::text::jsonb)
        AS x(id uuid, alert_id uuid, bout int4)
), newest AS (
    SELECT alert_id, max(bout) AS bout FROM x GROUP BY alert_id
)
UPDATE clustering_clustermembership m SET cluster_id = %b FROM newest
WHERE m.tenant_id = %b AND m.cluster_id = %b AND m.alert_id = newest.alert_id
    AND (m.bout > newest.bout OR m.id IN (SELECT id FROM x))"""
_FOLLOW = """
UPDATE alerts_nocalertevent a SET version = a.version + 1, cluster_id = (
        SELECT m.cluster_id FROM clustering_clustermembership m WHERE m.alert_id = a.id
        ORDER BY m.bout DESC LIMIT 1
    )
WHERE a.tenant_id = %b AND a.id = ANY(%b::uuid[])"""
_DECISIONS = """
UPDATE clustering_clustermembership m SET score = x.score, threshold = x.threshold,
    features = x.features, runner_up_id = x.runner_up_id, runner_up_score = x.runner_up_score,
    decided_by = x.decided_by, opened_cluster = x.opened_cluster
FROM jsonb_to_recordset(%b::text::jsonb) AS x(id uuid, score float8, threshold float8,
    features jsonb, runner_up_id uuid, runner_up_score float8, decided_by text,
    opened_cluster bool)
WHERE m.id = x.id AND m.tenant_id = %b"""


def move_back(pair: Pair, records: Records) -> None:
    """Move the bouts of a move back, and later ones of their alerts; the old reasons hold again.

    `pair` is the other way round: the cluster to leave, and the one to go back to.
    """
    there, back = pair
    told, tenant_id = msgspec.json.encode(records).decode(), require_tenant_id()
    bulk.run(_BACK, [told, back, tenant_id, there])
    bulk.run(_FOLLOW, [tenant_id, list({UUID(record["alert_id"]) for record in records})])
    bulk.run(_DECISIONS, [told, tenant_id])
    name_primaries(pair)


_NAME = """
UPDATE clustering_alertcluster c SET primary_alert_id = coalesce((
        SELECT m.alert_id FROM clustering_clustermembership m
        WHERE m.cluster_id = c.id AND m.alert_id = c.primary_alert_id LIMIT 1
    ), (
        SELECT m.alert_id FROM clustering_clustermembership m WHERE m.cluster_id = c.id
        ORDER BY m.started_at, m.id LIMIT 1
    ), c.primary_alert_id)
WHERE c.tenant_id = %b AND c.id = ANY(%b::uuid[])"""


def name_primaries(ids: Iterable[UUID]) -> None:
    """Promote another alert where the one that a cluster is named after has left."""
    bulk.run(_NAME, [require_tenant_id(), list(ids)])


_EMPTY = """
UPDATE clustering_alertcluster c SET alert_count = 0, report_count = 0,
    suppressed_alert_count = 0, is_active = false
WHERE c.tenant_id = %b AND c.id = ANY(%b::uuid[]) AND NOT EXISTS (
    SELECT FROM clustering_clustermembership m WHERE m.cluster_id = c.id
)
RETURNING c.id"""


def empty(ids: Iterable[UUID]) -> list[UUID]:
    """Note of clusters that nothing is left in them; return those."""
    return [pk for (pk,) in bulk.run(_EMPTY, [require_tenant_id(), list(ids)])]


_INTO = """
UPDATE clustering_alertcluster c SET merged_into_id = x.target
FROM unnest(%b::uuid[], %b::uuid[]) AS x(source, target)
WHERE c.id = x.source AND c.tenant_id = %b"""


def declare_merged(pairs: Sequence[tuple[UUID, UUID | None]]) -> None:
    """Write down into which cluster each went; None takes it back."""
    sources, targets = [one for one, _ in pairs], [other for _, other in pairs]
    bulk.run(_INTO, [sources, targets, require_tenant_id()])
