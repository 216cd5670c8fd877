"""Devices that fail by themselves: at once or after getting worse, for good or on and off."""

from __future__ import annotations

from functools import partial
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.alarms import Alarms, Sign
from watchfloor.demo.company.causes.darkness import Darkness
from watchfloor.demo.company.chance import about, arrivals
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import HOUR, MINUTE
from watchfloor.demo.company.truth import Role
from watchfloor.demo.world import Device

FAULTS_A_YEAR = {
    "camera": 0.7, "door_controller": 0.5, "nvr": 1.0, "switch": 0.5, "gateway": 0.8,
    "terminal": 1.0, "phone": 2.0, "sensor": 0.8, "panel": 0.2,
}  # fmt: skip
KINDS = {"gateway": "GATEWAY_FAULT", "switch": "SWITCH_FAULT", "nvr": "RECORDER_FAULT"}
WEARS_FIRST = {"camera": 0.5, "nvr": 0.6, "phone": 0.2, "sensor": 0.4, "terminal": 0.3}
"""Share of faults that announce themselves: more errors, more loss, slower answers."""
FLAPPING_PER_DOOR = 0.15 / 30
WOBBLY = Sign("access", "DOOR_FORCED", "MEDIUM", ("{what}: contact open", "{what} open"))
DISK = Sign("vms", "STORAGE_DEGRADED", "MEDIUM", ("{what}: a disk reports errors",))


class Faults:
    def __init__(self, company: Company, alarms: Alarms, darkness: Darkness) -> None:
        self._company = company
        self._alarms = alarms
        self._darkness = darkness

    def begin(self) -> None:
        company = self._company
        for device in company.world.devices:
            rng = company.rng(f"faults:{device.code}")
            fail = partial(self.fault, device, rng)
            company.start(arrivals(company, rng, FAULTS_A_YEAR[device.kind] / 365, fail))
            if device.kind == "door_controller":
                flap = partial(self.flapping, device, rng)
                company.start(arrivals(company, rng, FLAPPING_PER_DOOR, flap))

    def fault(self, device: Device, rng: Random) -> Process:
        """A device fails, with what hangs on it; somebody mends it some hours later."""
        company = self._company
        if company.plant.is_dark(device.code):
            return
        onset = None
        if rng.random() < WEARS_FIRST.get(device.kind, 0.0):
            onset = company.now
            yield from self._wear(device, rng)
        yield from self.fails(device, rng, onset)

    def fails(self, device: Device, rng: Random, onset: Seconds | None = None) -> Process:
        company = self._company
        incident = company.opens(
            KINDS.get(device.kind, "DEVICE_FAULT"),
            [device.site],
            about(rng, 150, 0.8),
            root=device.code,
            cured_as="DEVICE_WORN" if onset else None,
        )
        incident.onset, incident.predictable = onset, onset is not None
        self._darkness.falls_with_all_below(device.code, incident)
        yield from company.until_over(incident)

    def flapping(self, device: Device, rng: Random) -> Process:
        """A loose contact opens and closes for hours; the door itself stays shut."""
        company = self._company
        lasts = about(rng, 180, 0.5)
        incident = company.opens("FLAPPING", [device.site], lasts, root=device.code, weight=0.1)
        role: Role = "root"
        while company.now < incident.ends_at:
            alarm = self._alarms.fires(WOBBLY, device.site, incident, role, device=device.code)
            yield rng.uniform(5, 60)
            self._alarms.ends(alarm, "contact closed")
            yield about(rng, 6, 0.9)
            role = "duplicate"
        yield from company.until_over(incident)

    def _wear(self, device: Device, rng: Random) -> Process:
        lasts = rng.uniform(2, 12) * HOUR
        self._company.plant.wears(device.code, self._company.now, self._company.now + lasts)
        if device.kind == "nvr":
            yield lasts / 2
            self._alarms.fires(DISK, device.site, None, "noise", device=device.code)
            lasts /= 2
        yield max(lasts, MINUTE)
