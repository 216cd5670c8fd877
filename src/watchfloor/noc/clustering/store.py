"""The hot reads and writes of clusters and memberships: whole batches, one statement each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from watchfloor.aiops.clustering.log import Entry, decode_entries
from watchfloor.noc.alerts.models import AlertState
from watchfloor.noc.clustering.work import Bout, OpenedCluster
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.platform import bulk
from watchfloor.platform.accounts.scope import Place
from watchfloor.platform.ids import derived_uuid7
from watchfloor.platform.tenancy.context import require_tenant_id

_json = msgspec.json.Encoder().encode


def take_commands() -> list[Entry]:
    """Return the acts of people that the clusterer does not know yet, oldest first."""
    rows = bulk.run(
        "DELETE FROM clustering_clustercommand WHERE tenant_id = %b RETURNING number, body",
        [require_tenant_id()],
    )
    return [entry for _, body in sorted(rows) for entry in decode_entries(body)]


def ids_of(numbers: Collection[int]) -> dict[int, str]:
    """Return the ids of clusters by the clusterer's own numbers."""
    if not numbers:
        return {}
    rows = bulk.run(
        "SELECT number, replace(id::text, '-', '') FROM clustering_alertcluster"
        " WHERE tenant_id = %b AND number = ANY(%b::int8[])",
        [require_tenant_id(), list(numbers)],
    )
    return dict(rows)


_CLUSTER = bulk.Shape.of(
    """id text, number int8, cluster_signature text, primary_alert_id text,
    cluster_confidence float8, cluster_method text, combined_severity int2, at float8,
    is_life_safety bool, is_late bool, related_cluster_id text"""
)
_INSERT_CLUSTERS = f"""
INSERT INTO clustering_alertcluster (tenant_id, id, number, cluster_signature, primary_alert_id,
    cluster_confidence, cluster_method, feature_vector, combined_severity, affected_sites,
    affected_people, alert_types_in_cluster, first_alert_at, last_alert_at, alert_count,
    report_count, suppressed_alert_count, is_active, is_life_safety, is_late, related_cluster_id)
SELECT %b, x.id::uuid, x.number, x.cluster_signature, x.primary_alert_id::uuid,
    x.cluster_confidence, x.cluster_method, '{{}}', x.combined_severity, '[]', '[]', '[]',
    to_timestamp(x.at), to_timestamp(x.at), 0, 0, 0, true, x.is_life_safety, x.is_late,
    x.related_cluster_id::uuid
FROM {_CLUSTER.source()}"""  # noqa: S608  names of our own columns


def insert_clusters(opened: Iterable[OpenedCluster]) -> None:
    rows = [_cluster_row(one) for one in opened]
    if rows:
        bulk.run(_INSERT_CLUSTERS, [require_tenant_id(), *_CLUSTER.arrays(rows)])


def _cluster_row(one: OpenedCluster) -> tuple[object, ...]:
    view, decision = one.opener.view, one.membership
    return (
        one.id,
        one.number,
        "|".join(part for part in (view.alert_type, view.entity, view.site) if part),
        view.alert_id,
        1.0,
        decision.decided_by,
        int(view.severity),
        view.at,
        view.is_life_safety,
        decision.is_late,
        one.related_id,
    )


_BOUT = bulk.Shape.of(
    """id text, cluster_id text, alert_id text, bout int4, first_at float8, last_at float8,
    reports int4, score float8, threshold float8, features text, runner_up_id text,
    runner_up_score float8, decided_by text, opened_cluster bool"""
)
_INSERT_BOUTS = f"""
INSERT INTO clustering_clustermembership (tenant_id, id, cluster_id, alert_id, bout, started_at,
    last_at, report_count, score, threshold, features, runner_up_id, runner_up_score, decided_by,
    opened_cluster)
SELECT %b, x.id::uuid, x.cluster_id::uuid, x.alert_id::uuid, x.bout, to_timestamp(x.first_at),
    to_timestamp(x.last_at), x.reports, x.score, x.threshold, x.features::jsonb,
    x.runner_up_id::uuid, x.runner_up_score, x.decided_by, x.opened_cluster
FROM {_BOUT.source()}"""  # noqa: S608  names of our own columns
_MORE = bulk.Shape.of("alert_id text, bout int4, first_at float8, last_at float8, reports int4")
_UPDATE_BOUTS = f"""
UPDATE clustering_clustermembership m SET
    started_at = least(m.started_at, to_timestamp(x.first_at)),
    last_at = greatest(m.last_at, to_timestamp(x.last_at)),
    report_count = m.report_count + x.reports
FROM {_MORE.source()}
WHERE m.tenant_id = %b AND m.alert_id = x.alert_id::uuid
    AND m.bout = x.bout"""  # noqa: S608  names of our own columns


def write_bouts(bouts: Iterable[Bout]) -> None:
    fresh, known = [], []
    for one in bouts:
        if one.decision is not None:
            fresh.append(_bout_row(one))
        else:
            known.append((one.alert_id, one.bout, one.first_at, one.last_at, one.reports))
    if fresh:
        bulk.run(_INSERT_BOUTS, [require_tenant_id(), *_BOUT.arrays(fresh)])
    if known:
        bulk.run(_UPDATE_BOUTS, [*_MORE.arrays(known), require_tenant_id()])


def _bout_row(one: Bout) -> tuple[object, ...]:
    decision = one.decision
    if decision is None:
        raise AssertionError("a bout that begins has its decision")
    return (
        derived_uuid7(UUID(one.alert_id), f"bout {one.bout}").hex,
        one.cluster_id,
        one.alert_id,
        one.bout,
        one.first_at,
        one.last_at,
        one.reports,
        decision.score,
        decision.threshold,
        _json(decision.features).decode(),
        one.runner_up_id,
        decision.runner_up_score,
        decision.decided_by,
        decision.opened_cluster,
    )


class FirstAlert(NamedTuple):
    """What a cluster began with, by the codes and names of senders and registers.

    `is_of_floor`: the floor itself wrote the message, a sentence that says what is wrong and where.
    """

    message: str = ""
    is_of_floor: bool = False
    entity_type: str = ""
    entity: str = ""
    device: str = ""
    device_name: str = ""
    site: str = ""
    site_name: str = ""


NOTHING_KNOWN = FirstAlert()


@dataclass(frozen=True, slots=True)
class ClusterFigures:
    """What members make of a cluster: everything that is shown of it and not decided."""

    id: UUID
    alerts: int
    reports: int
    first_at: datetime
    last_at: datetime
    severity: int
    firing: int
    unsuppressed: int
    open_to_people: int
    sites: list[str]
    types: list[str]
    """The gravest first, of as grave ones that of most alerts."""
    is_life_safety: bool
    related_id: UUID | None
    places: list[Place]
    first: FirstAlert = NOTHING_KNOWN


# A member counts for severity and firing only in the cluster of its newest bout. Alerts of like
# names are summed up first: a storm of thousands has few of those, and sorting is what costs.
_REFRESH = f"""
WITH members AS (
    SELECT cluster_id, alert_id, sum(report_count) AS reports, min(started_at) AS first_at,
        max(last_at) AS last_at
    FROM clustering_clustermembership
    WHERE tenant_id = %b AND cluster_id = ANY(%b::uuid[])
    GROUP BY cluster_id, alert_id
), alike AS (
    SELECT m.cluster_id, a.alert_type, a.client_id, a.site_id, a.site_name, a.person_id,
        a.person_name,
        count(*) AS alerts,
        sum(m.reports) AS reports,
        min(m.first_at) AS first_at,
        max(m.last_at) AS last_at,
        max(a.severity) AS worst,
        max(a.severity) FILTER (WHERE a.signal = 1 AND a.cluster_id = m.cluster_id) AS open_worst,
        count(*) FILTER (WHERE a.signal = 1 AND a.cluster_id = m.cluster_id) AS firing,
        count(*) FILTER (WHERE a.suppressed_by <> '') AS suppressed,
        count(*) FILTER (
            WHERE a.cluster_id = m.cluster_id AND a.state <> '{AlertState.RESOLVED}'
        ) AS open_to_people
    FROM members m JOIN alerts_nocalertevent a ON a.id = m.alert_id
    GROUP BY m.cluster_id, a.alert_type, a.client_id, a.site_id, a.site_name, a.person_id,
        a.person_name
), figures AS (
    SELECT cluster_id,
        sum(alerts) AS alerts, sum(reports) AS reports,
        min(first_at) AS first_at, max(last_at) AS last_at,
        max(worst) AS worst, max(open_worst) AS open_worst,
        sum(firing) AS firing, sum(suppressed) AS suppressed,
        sum(open_to_people) AS open_to_people,
        array_agg(DISTINCT coalesce(site_id::text, site_name)) AS sites,
        array_agg(DISTINCT coalesce(person_id::text, person_name)) AS people,
        array_agg(DISTINCT ARRAY[client_id, site_id]) AS places
    FROM alike GROUP BY cluster_id
), kinds AS (
    SELECT cluster_id, array_agg(alert_type ORDER BY worst DESC, alerts DESC, alert_type) AS types
    FROM (
        SELECT cluster_id, alert_type, max(worst) AS worst, sum(alerts) AS alerts
        FROM alike GROUP BY cluster_id, alert_type
    ) one GROUP BY cluster_id
)
UPDATE clustering_alertcluster c SET
    primary_alert_id = coalesce(p.id, (
        SELECT m.alert_id FROM members m WHERE m.cluster_id = c.id ORDER BY m.first_at LIMIT 1
    )),
    alert_count = f.alerts, report_count = f.reports, first_alert_at = f.first_at,
    last_alert_at = f.last_at, combined_severity = coalesce(f.open_worst, f.worst),
    suppressed_alert_count = f.suppressed, is_active = f.firing > 0,
    affected_sites = to_jsonb(array_remove(f.sites, '')),
    affected_people = to_jsonb(array_remove(f.people, '')),
    alert_types_in_cluster = to_jsonb(k.types)
FROM figures f
JOIN kinds k ON k.cluster_id = f.cluster_id
JOIN clustering_alertcluster was ON was.id = f.cluster_id
LEFT JOIN alerts_nocalertevent p ON p.id = was.primary_alert_id
LEFT JOIN devices_device d ON d.id = p.device_id
LEFT JOIN org_site s ON s.id = p.site_id
WHERE c.id = f.cluster_id
RETURNING c.id, f.alerts::int8, f.reports::int8, f.first_at, f.last_at, c.combined_severity,
    f.firing::int8, (f.alerts - f.suppressed)::int8, f.open_to_people::int8,
    array_remove(f.sites, ''), k.types,
    c.is_life_safety, c.related_cluster_id, f.places,
    coalesce(p.message, ''), coalesce(p.integration_id = {OURSELVES}, false),
    coalesce(p.entity_type, ''), coalesce(p.entity_id, ''),
    coalesce(d.code, p.device_name, ''), coalesce(d.name, ''),
    coalesce(s.code, p.site_name, ''), coalesce(s.name, '')"""  # noqa: S608  a constant of our own


def refresh_clusters(ids: Collection[str | UUID]) -> list[ClusterFigures]:
    """Derive the clusters' figures from their members, write and return them."""
    if not ids:
        return []
    rows = bulk.run(_REFRESH, [require_tenant_id(), [str(pk) for pk in ids]])
    return [_figures(*row) for row in rows]


def _figures(*row: Any) -> ClusterFigures:
    own, first = row[: -len(FirstAlert._fields)], FirstAlert(*row[-len(FirstAlert._fields) :])
    figures = ClusterFigures(*own)
    pairs: list[Place] = [(client, site) for client, site in figures.places]
    return replace(figures, places=pairs, first=first)
