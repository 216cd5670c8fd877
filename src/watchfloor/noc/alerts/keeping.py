"""What is kept quiet by what was learnt: letting go of it, in time and when it is credible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from watchfloor.aiops.noise.judge import ALONE, LEARNT
from watchfloor.platform import bulk
from watchfloor.platform.tenancy.context import require_tenant_id

ALONE_KINDS = sorted(map(str, ALONE))
LEARNT_KINDS = sorted(map(str, LEARNT))


@dataclass(frozen=True, slots=True)
class Let:
    """An alert that people are told of from now on, and the cluster it is in."""

    alert_id: UUID
    cluster_id: UUID | None


_RELEASE = """
UPDATE alerts_nocalertevent SET suppressed_by = '', suppressed_why = '', suppressed_until = NULL,
    version = version + 1
WHERE tenant_id = %b AND id = ANY(%b::uuid[]) AND suppressed_by = ANY(%b::text[])
RETURNING id, cluster_id"""


def release(alert_ids: Iterable[str]) -> list[Let]:
    """Let go of those of the alerts that wait alone for another to make them credible."""
    ids = list(alert_ids)
    if not ids:
        return []
    rows = bulk.run(_RELEASE, [require_tenant_id(), ids, ALONE_KINDS])
    return [Let(*row) for row in rows]
