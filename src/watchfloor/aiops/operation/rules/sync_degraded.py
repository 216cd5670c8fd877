"""A mobile device does not keep up with its server: what its bearer enters comes late or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.devices import DevicesFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.wording import thing
from watchfloor.aiops.types import Seconds, Severity

SCORE = Limit(
    name="sync_score",
    default=70,
    unit="",
    low=0,
    high=100,
    says="The score of a device's synchronisation below which it is told.",
)


class SyncDegraded(StateRule[DevicesFacts]):
    """Resolved when the score is back."""

    code: ClassVar[str] = "SYNC_DEGRADED"
    subject: ClassVar[type[Facts]] = DevicesFacts
    limits: ClassVar[tuple[Limit, ...]] = (SCORE,)

    def holds(self, facts: DevicesFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        for device, said in facts.said.items():
            if said.sync is None:
                continue
            site = facts.site_of(device)
            least = directory.limit(SCORE.name, site)
            if said.sync < least:
                named = thing("device", device, site, directory)
                yield Standing(
                    entity_type="device",
                    entity_id=device,
                    message=f"{named} falls behind its server: {said.sync:g} of 100",
                    severity=Severity.MEDIUM,
                    key=device,
                    site=site,
                    device=device,
                    evidence={"sync": said.sync, "least": least},
                )
