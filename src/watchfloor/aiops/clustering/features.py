"""What clustering looks at, and what it answers."""

from __future__ import annotations

import msgspec

from watchfloor.aiops.correlation.vicinity import Position
from watchfloor.aiops.types import Seconds, Severity, Signal


class ReportView(msgspec.Struct, frozen=True, gc=False):
    """One report as the clusterer sees it, after the alert stage gave it a life and a clock.

    Names are labels: renaming every site, entity and type changes nothing.
    `domains` are failure domains from the inventory, nearest first, as opaque strings
    (device, its parents, site, feeder, carrier, client); empty where the inventory knows nothing.
    One that is `client`, or ends in ":" and it, is left out: a contract does not fail as one.
    """

    report_id: str
    alert_id: str
    at: Seconds
    """Event time on the tenant's stream clock, never the raw claim of the sender."""
    signal: Signal
    alert_type: str
    severity: Severity = Severity.MEDIUM
    entity: str = ""
    """The thing that is ill: device, else person, else sender's entity id, else site."""
    site: str = ""
    client: str = ""
    domains: tuple[str, ...] = ()
    message: str = ""
    is_life_safety: bool = False
    is_suppressed: bool = False
    expires_at: Seconds = float("inf")
    """When the alert ends by silence, unless another report comes first."""
    settles_at: Seconds = float("-inf")
    """Of one that ended: when that is believed, as it kept coming back before."""
    is_touch: bool = False
    """A repeat of a report already told: moves `expires_at` and is evidence of nothing."""
    position: Position | None = None
    """Of the site, where the inventory knows it."""


SAME_BOUT = (("same_bout", 1.0),)


class Membership(msgspec.Struct, frozen=True, gc=False):
    """Where a report went, with what is needed to explain it."""

    cluster: int
    """Number of the cluster, counted from 1 in order of opening within the tenant."""
    bout: int
    """Number of the alert's bout, counted from 1; membership is decided once for each bout."""
    opened_cluster: bool
    opened_bout: bool
    score: float = 1.0
    """1 less the coincidence to be expected at this gap. Of a new cluster: of the nearest one,
    which fell short of the threshold, or 1 with the feature that asks for one of its own."""
    threshold: float = 0.0
    features: tuple[tuple[str, float], ...] = ()
    """Deciding features with their weights, strongest first; the weights add up to the score."""
    runner_up: int | None = None
    runner_up_score: float = 0.0
    decided_by: str = "rules"
    related_cluster: int | None = None
    """For life safety: the storm's cluster that it is linked to and never inside."""
    is_late: bool = False
    came_back: bool = False
    """A person had resolved the cluster, and this report opens it again."""
    merges: tuple[tuple[int, int], ...] = ()
    """Declared merges (from, into) that this report brought about."""

    @property
    def follows(self) -> bool:
        """Whether the bout only goes on elsewhere: the alert is back, or its cluster was moved."""
        return self.opened_bout and self.features == SAME_BOUT
