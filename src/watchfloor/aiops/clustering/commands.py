"""Acts of people that change what a cluster may take in; entries of the tenant's log."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.aiops.clustering.config import ClusteringConfig
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


Command = ResolveCluster | AcknowledgeCluster | ReopenCluster | SetConfig | TouchAlerts
