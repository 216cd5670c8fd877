"""A mobile device does not keep up with its server: what its bearer enters comes late or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.site_devices import SiteDevicesFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.types import Seconds, Severity

SCORE = Limit(
    name="sync_score",
    default=70,
    unit="",
    low=0,
    high=100,
    says="The score of a device's synchronisation below which it is told.",
)


class SyncDegraded(StateRule[SiteDevicesFacts]):
    """Resolved when the score is back."""

    code: ClassVar[str] = "SYNC_DEGRADED"
    subject: ClassVar[type[Facts]] = SiteDevicesFacts
    limits: ClassVar[tuple[Limit, ...]] = (SCORE,)

    def holds(
        self, facts: SiteDevicesFacts, at: Seconds, directory: Directory
    ) -> Iterable[Standing]:
        least = directory.limit(SCORE.name, facts.site)
        for device, said in facts.said.items():
            if said.sync is not None and said.sync < least:
                yield Standing(
                    entity_type="device",
                    entity_id=device,
                    message=f"{device} does not keep up with its server: {said.sync:g} of 100",
                    severity=Severity.MEDIUM,
                    key=device,
                    site=facts.site,
                    device=device,
                    evidence={"sync": said.sync, "least": least},
                )
