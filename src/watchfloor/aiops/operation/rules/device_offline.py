"""A device is silent, and not by chance."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import ClassVar

from watchfloor.aiops.beats.line import Listened
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Moment
from watchfloor.aiops.operation.facts.devices import CERTAINTY, DevicesFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.operation.wording import clock, thing
from watchfloor.aiops.types import Seconds, Severity


class DeviceOffline(StateRule[DevicesFacts]):
    """Resolved when its beat is back; of a device that drops out again and again, once it is
    steady."""

    code: ClassVar[str] = "DEVICE_OFFLINE"
    subject: ClassVar[type[Facts]] = DevicesFacts
    limits: ClassVar[tuple[Limit, ...]] = (CERTAINTY,)

    def holds(self, facts: DevicesFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        known = facts.at(at, directory)
        dark = known.beats.dark()
        for device in dark:
            if known.is_here(device, directory):
                yield _standing(known, device, dark, at, directory)

    def due(self, facts: DevicesFacts, at: Seconds, directory: Directory) -> Seconds | None:
        due = facts.at(at, directory).beats.due
        return due if isfinite(due) else None


def _standing(
    facts: DevicesFacts, device: str, dark: dict[str, Listened], at: Seconds, directory: Directory
) -> Standing:
    """A device behind a dark one is worth less of a person's time than that one."""
    [_, *above] = facts.hangs(directory).groups(device)
    behind = next((code for code in above if code in dark), "")
    outage, _ = facts.beats.outage(above)
    one, site = dark[device], facts.site_of(device)
    since = clock(one.last, site, directory, beside=at)
    why = f", like {directory.called('device', behind)}, which it depends on" if behind else ""
    return Standing(
        entity_type="device",
        entity_id=device,
        message=f"{thing('device', device, site, directory)} has been silent since {since}{why}",
        severity=Severity.MEDIUM if behind else Severity.HIGH,
        key=device,
        site=site,
        device=device,
        evidence={
            "last_beat": Moment(one.last),
            "period_seconds": round(one.pace.period, 1),
            "missed": one.missed,
            "failing": round(one.chances.failing, 3),
            "outage": round(outage, 3),
            "behind": behind,
        },
    )
