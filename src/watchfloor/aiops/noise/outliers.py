"""How usual an alert is where it comes from: frequent, rare or new."""

from __future__ import annotations

from enum import StrEnum

from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.noise.memory import NoiseMemory

FREQUENT_SHARE = 0.20
RARE_SHARE = 0.05
ENOUGH = 20
"""Of fewer alerts in 30 days no share is told."""


class Outlier(StrEnum):
    """Shares are of the alerts that began at the site (else of the entity) within 30 days."""

    FREQUENT = "frequent"
    RARE = "rare"
    NEW = "new"
    """None of its type began there within 30 days."""


def label(memory: NoiseMemory, view: ReportView) -> str:
    """Return the label of an alert that begins, before it is heard; empty for what is usual."""
    scope = f"@{view.site}" if view.site else f"%{view.entity}"
    whole = memory.pattern("", scope)
    of = whole.begun_lately(view.at) if whole else 0
    if of < ENOUGH:
        return ""
    past = memory.pattern(view.alert_type, scope)
    count = past.begun_lately(view.at) if past else 0
    if count == 0:
        return Outlier.NEW
    if count >= FREQUENT_SHARE * of:
        return Outlier.FREQUENT
    return Outlier.RARE if count <= RARE_SHARE * of else ""
