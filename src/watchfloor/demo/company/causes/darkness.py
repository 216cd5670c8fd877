"""Devices go dark and come back, with what hangs on them; the monitor reports what it misses."""

from __future__ import annotations

from collections.abc import Callable

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.alarms import Alarm, Alarms, Sign
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import HOUR, MINUTE
from watchfloor.demo.company.truth import Incident, Role

MISSED_AFTER: Seconds = 2 * MINUTE
REPEATS_EVERY: Seconds = 2 * HOUR
REPEATING = ("gateway", "nvr")
SIGNS = {
    "camera": Sign("vms", "VIDEO_LOSS", "MEDIUM", ("no picture from {what}", "{what}: video lost")),
    "nvr": Sign("vms", "DEVICE_OFFLINE", "HIGH", ("{what} stopped recording", "{what} offline")),
    "terminal": Sign("time-clock", "SYNC_DEGRADED", "MEDIUM", ("{what} does not synchronise",)),
    "phone": Sign("mobile", "SYNC_DEGRADED", "MEDIUM", ("{what} was not seen for a while",)),
}
USUAL = Sign(
    "monitor", "DEVICE_OFFLINE", "HIGH",
    ("{what} does not answer", "{what} unreachable", "no heartbeat from {what}"),
)  # fmt: skip


class Darkness:
    def __init__(self, company: Company, alarms: Alarms) -> None:
        self._company = company
        self._alarms = alarms
        self._rng = company.rng("darkness")

    def falls(
        self, device: str, incident: Incident, *, is_root: bool, quietly: bool = False
    ) -> Process:
        """Let one device be dark for as long as the incident goes on. `quietly`: nobody reports."""
        company, plant = self._company, self._company.plant
        was_heard = plant.goes_dark(device, incident, company.now, is_root=is_root)
        if was_heard and not quietly:
            role: Role = "root" if is_root else "symptom"
            company.start(self._report(device, incident, role), self._until_missed())
        yield from company.until_over(incident)
        yield self._rng.uniform(0, 2) * MINUTE
        plant.comes_back(device, incident, company.now)

    def falls_with_all_below(self, device: str, incident: Incident) -> None:
        """Let a device go dark, and what hangs on it a little later."""
        for number, code in enumerate(self._company.plant.with_all_below(device)):
            process = self.falls(code, incident, is_root=number == 0)
            self._company.start(process, self._rng.uniform(0, 1.5) * MINUTE if number else 0.0)

    def _report(self, device: str, incident: Incident, role: Role) -> Process:
        """Report a device while it is dark; one that is back by then was never missed."""
        known = self._company.plant.devices[device]
        is_back = self._is_back(device)
        if is_back():
            return
        sign = SIGNS.get(known.kind, USUAL)
        alarm = self._alarms.fires(sign, known.site, incident, role, device=device)
        if known.kind in REPEATING:
            self._company.start(self._alarms.repeats(alarm, REPEATS_EVERY, is_back))
        yield from self._end(alarm, is_back)

    def _end(self, alarm: Alarm, is_back: Callable[[], bool]) -> Process:
        while not is_back():
            yield MINUTE
        yield self._rng.uniform(0.2, 1.5) * MINUTE
        self._alarms.ends(alarm)

    def _is_back(self, device: str) -> Callable[[], bool]:
        return lambda: not self._company.plant.is_dark(device)

    def _until_missed(self) -> Seconds:
        return MISSED_AFTER + self._rng.uniform(0, MISSED_AFTER)
