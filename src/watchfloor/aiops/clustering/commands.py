"""Acts of people that change what a cluster may take in; entries of the tenant's log."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.lessons import Lesson
from watchfloor.aiops.types import Seconds


@dataclass(frozen=True, slots=True)
class ResolveCluster:
    """From `at` on the cluster takes nothing in, except an alert of its own that re-opens."""

    cluster: int
    at: Seconds


@dataclass(frozen=True, slots=True)
class AcknowledgeCluster:
    """Somebody works on it: recovery no longer closes the cluster by itself."""

    cluster: int
    at: Seconds


@dataclass(frozen=True, slots=True)
class UnacknowledgeCluster:
    """Takes an acknowledge back."""

    cluster: int
    at: Seconds


@dataclass(frozen=True, slots=True)
class ReopenCluster:
    """Takes a resolve back."""

    cluster: int
    at: Seconds


@dataclass(frozen=True, slots=True)
class SetConfig:
    """From here on decide by another configuration; what was decided stays."""

    config: ClusteringConfig


@dataclass(frozen=True, slots=True)
class TouchAlerts:
    """A person did something about these alerts: how they end says nothing of them by themselves.

    Grouping does not care; what is learnt of noise does.
    """

    alert_ids: tuple[str, ...]
    at: Seconds


@dataclass(frozen=True, slots=True)
class MergeClusters:
    """The two are one: later reports of either go to the target."""

    source: int
    target: int
    at: Seconds


@dataclass(frozen=True, slots=True)
class SplitCluster:
    """These alerts are another matter: they get a cluster of their own, and stay out of this one.

    The new cluster's number is the next one. `keys` are the blocking keys of these alerts: the
    clusterer does not keep what a report said.
    """

    cluster: int
    alert_ids: tuple[str, ...]
    at: Seconds
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveAlert:
    """This alert belongs elsewhere: to `target`, or to a cluster of its own, the next one."""

    alert_id: str
    target: int | None
    at: Seconds
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UndoMerge:
    """Takes a merge back, whoever made it: the source goes on under its own number.

    `alert_ids` are those that it held, in case that the clusterer has forgotten the merge.
    """

    source: int
    target: int
    alert_ids: tuple[str, ...]
    at: Seconds


@dataclass(frozen=True, slots=True)
class SetLessons:
    """From here on these lessons count, and no others."""

    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class SetAdviser:
    """From here on ask the link model of this checksum; None: the rules decide alone."""

    sha256: str | None


Teaching = MergeClusters | SplitCluster | MoveAlert | UndoMerge | SetLessons
"""Acts by which people say what belongs together."""
Handling = ResolveCluster | ReopenCluster | AcknowledgeCluster | UnacknowledgeCluster
"""Acts by which people take a cluster in hand and are done with it."""
Command = Handling | SetConfig | SetAdviser | TouchAlerts | Teaching
