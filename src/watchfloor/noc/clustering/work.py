"""What the cluster stage hands on within one batch. Ids are 32 hex digits."""

from __future__ import annotations

from dataclasses import dataclass, field

from watchfloor.aiops.clustering.features import Membership
from watchfloor.aiops.types import Seconds
from watchfloor.noc.alerts.work import Worked


@dataclass(slots=True, eq=False)
class OpenedCluster:
    """A cluster that this batch opened, and the report that did."""

    id: str
    number: int
    opener: Worked
    membership: Membership
    related_id: str | None = None


@dataclass(slots=True, eq=False)
class Bout:
    """What this batch adds to one bout of an alert."""

    alert_id: str
    bout: int
    cluster_id: str
    first_at: Seconds
    last_at: Seconds
    reports: int = 0
    decision: Membership | None = None
    """None if the bout had begun before this batch."""
    runner_up_id: str | None = None


@dataclass(slots=True)
class Grouped:
    """Where a batch's reports went."""

    opened: list[OpenedCluster] = field(default_factory=list)
    bouts: dict[tuple[str, int], Bout] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    """Ids of all clusters whose members changed, left ones included."""
    merges: list[tuple[str, str]] = field(default_factory=list)
    """Clusters that turned out to be part of another, with that, in their order."""
