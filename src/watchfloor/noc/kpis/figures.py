"""What is said of a floor at a glance."""

from __future__ import annotations

from datetime import datetime

import msgspec

from watchfloor.aiops.rehearsal.figures import ACCEPTED, FLOOD


class Figures(msgspec.Struct, frozen=True):
    """Of a period; `load` is of its last ten minutes. None where there is nothing to divide."""

    since: datetime
    until: datetime
    operators: int
    shown: int
    """Incidents shown in the last ten minutes."""
    load: float
    """Of these, for each operator."""
    mean_load: float
    """For each operator and ten minutes of the period."""
    alerts: int
    """Alerts that began."""
    deduped: int
    """What plain de-duplication would have shown: a fingerprint anew after half an hour."""
    incidents: int
    """Incidents shown."""
    ratio: float | None
    """Alerts for each incident shown."""
    cut: float | None
    """What grouping saves over plain de-duplication; below 0 where it adds."""
    quiet: dict[str, int]
    """Alerts that are kept quiet, of those that began, by reason."""
    corrections: int
    corrections_per_day: float
    load_accepted: float = ACCEPTED
    load_flood: float = FLOOD

    @property
    def state(self) -> str:
        return state_of(self.load)

    @property
    def quiet_total(self) -> int:
        return sum(self.quiet.values())


def state_of(load: float) -> str:
    """Return `ok`, `over` what is accepted, or `flood`."""
    if load > FLOOD:
        return "flood"
    return "over" if load > ACCEPTED else "ok"
