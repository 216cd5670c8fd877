"""What may be set about clustering, with its ranges."""

from __future__ import annotations

from dataclasses import dataclass, fields

from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Seconds

MINUTE: Seconds = 60.0
HOUR: Seconds = 3600.0


@dataclass(frozen=True, slots=True)
class ClusteringConfig:
    """Settings of the clusterer. All times are event time, in seconds."""

    idle_gap: Seconds = 30 * MINUTE
    """A cluster, and a bout, that heard nothing for longer takes nothing more."""
    span_cap: Seconds = 6 * HOUR
    """The longest a cluster may reach from its first to its last report."""
    size_cap: int = 2000
    """The most alerts a cluster may hold."""
    lateness: Seconds = 15 * MINUTE
    """On top of `idle_gap`: how far behind the stream a report still lands as if in order."""
    recovery: Seconds = 5 * MINUTE
    """All alerts ended for this long: the cluster has recovered and is closed."""
    reentry: Seconds = 15 * MINUTE
    """How long after recovery the same alert may still come back into its cluster."""

    reentry_cap: Seconds = 24 * HOUR
    """The longest a cluster may reach through alerts that come back into it."""
    threshold: float = 0.5
    """The score from which on a report joins a cluster."""
    candidates: int = 8
    """How many clusters, newest first, are looked at for each blocking key."""

    @property
    def grace(self) -> Seconds:
        """How far behind the stream a report may be and still land as if in order."""
        return self.idle_gap + self.lateness

    def __post_init__(self) -> None:
        for item in fields(self):
            if not getattr(self, item.name) > 0:
                raise ConfigError(f"{item.name} must be above 0")
        if self.span_cap < self.idle_gap:
            raise ConfigError("span_cap must not be below idle_gap")
