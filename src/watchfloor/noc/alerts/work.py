"""What the stages hand on within one batch: reports being worked, and the alerts they concern."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.aiops.alerts.lives import Life, LifeStep
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.alerts.suppression import Kind, Suppression
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.types import Seconds, Signal
from watchfloor.domain.naming.services import Resolved
from watchfloor.noc.alerts.models import AlertState


@dataclass(slots=True, eq=False)
class WorkingAlert:
    """An alert's row as a batch changes it. Ids are 32 hex digits, as in the core."""

    life: Life
    is_new: bool
    is_life_safety: bool = False
    state: str = AlertState.NEW
    cluster_id: str | None = None
    bout: int = 0
    shown: Report | None = None
    """The newest firing report of this batch: what the row shows. None leaves it as it is."""
    names: Resolved | None = None
    suppression: Suppression | None = None
    outlier: str = ""
    is_clock_suspect: bool = False
    received_at: Seconds = 0.0
    is_reopened: bool = False
    """People had resolved it, and it fires again: it is new to them."""

    @property
    def id(self) -> str:
        return self.life.alert_id

    @property
    def suppressed_by(self) -> str:
        return reason_of(self.suppression)

    @property
    def suppressed_until(self) -> Seconds | None:
        return self.suppression.until if self.suppression else None

    @property
    def suppressed_why(self) -> str:
        return self.suppression.reason if self.suppression else ""

    def come_back(self) -> None:
        """Make an alert that fires new to the people who were done with it."""
        if self.state == AlertState.RESOLVED and self.life.signal is Signal.FIRING:
            self.state, self.is_reopened = AlertState.NEW, True


@dataclass(slots=True, eq=False)
class Worked:
    """A report on its way through the stages."""

    report: Report
    alert: WorkingAlert
    step: LifeStep
    at: Seconds
    is_clock_suspect: bool
    suppression: Suppression | None
    view: ReportView
    cluster_id: str = ""
    bout: int = 0
    released: tuple[str, ...] = ()
    """Alerts of earlier batches that were kept quiet and that it makes credible."""

    @property
    def suppressed_by(self) -> str | None:
        return reason_of(self.suppression) or None


def reason_of(suppression: Suppression | None) -> str:
    """Return what the rows say: `maintenance:ID`, `inhibited:ID`, `flapping`, or nothing.

    The part before the colon is the kind, the part behind it the id of the rule.
    """
    if suppression is None:
        return ""
    rule = f":{suppression.rule_id}" if suppression.rule_id else ""
    return f"{suppression.kind}{rule}"


def suppression_from(suppressed_by: str, until: Seconds | None, why: str) -> Suppression | None:
    """Return what `reason_of` was given."""
    if not suppressed_by:
        return None
    kind, _, rule_id = suppressed_by.partition(":")
    return Suppression(Kind(kind), rule_id, why, until)
