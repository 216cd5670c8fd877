"""Areas are disarmed in the morning and armed at night; sometimes late, early, or not at all."""

from __future__ import annotations

from random import Random
from typing import Final

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.alarms import Alarms, Sign
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import HOUR, MINUTE, is_day_off, local, next_local
from watchfloor.demo.company.truth import Row
from watchfloor.demo.world import Site

AREA: Final = "Building"
OPENS, CLOSES = 7, 20
"""By the schedule: nobody disarms before the one or arms after the other."""
USUALLY_AFTER: Seconds = 15 * MINUTE
FORGOTTEN, LATE, EARLY = 0.006, 0.012, 0.006
OPEN = Sign("panel", "AREA_NOT_ARMED", "HIGH", ("{what} is not armed",))


class Arming:
    def __init__(self, company: Company, alarms: Alarms) -> None:
        self._company = company
        self._alarms = alarms

    def begin(self) -> None:
        for site in self._company.world.sites:
            self._company.start(self._days(site, self._company.rng(f"arming:{site.code}")))

    def _days(self, site: Site, rng: Random) -> Process:
        """Open and close a site on every day that is not off."""
        company = self._company
        self._tell(site, "armed", rng)
        while True:
            early = rng.uniform(1, 2) * HOUR if rng.random() < EARLY else 0.0
            opens = next_local(company.now, OPENS)
            yield max(opens - company.now - early + (0 if early else _after(rng)), 0.0)
            if is_day_off(local(company.now)):
                yield 12 * HOUR
                continue
            if early:
                self._note(site, "EARLY_OPEN", company.now)
            self._tell(site, "disarmed", rng)
            yield max(next_local(opens, CLOSES) - company.now - _after(rng), MINUTE)
            yield from self._close(site, rng)

    def _close(self, site: Site, rng: Random) -> Process:
        company, luck = self._company, rng.random()
        due = next_local(company.now, CLOSES)
        if luck < FORGOTTEN:
            yield max(due - company.now, 0.0)
            yield from self.forgotten(site, rng)
        elif luck < FORGOTTEN + LATE:
            yield due - company.now + rng.uniform(20, 90) * MINUTE
            self._note(site, "LATE_TO_CLOSE", due)
        self._tell(site, "armed", rng)

    def forgotten(self, site: Site, rng: Random) -> Process:
        """Nobody arms the area until the night's guard or somebody at a desk thinks of it."""
        company = self._company
        row = self._note(site, "NOT_ARMED", company.now)
        lasts = rng.uniform(2, 8) * HOUR
        incident = company.opens("NOT_ARMED", [site.code], lasts, root=site.code, weight=0.5)
        yield 30 * MINUTE
        alarm = self._alarms.fires(OPEN, site.code, incident)
        yield from company.until_over(incident)
        self._alarms.ends(alarm, "armed")
        row["end"] = company.now

    def _note(self, site: Site, kind: str, at: Seconds) -> Row:
        row: Row = {"kind": kind, "site": site.code, "area": AREA, "ts": at, "end": at}
        self._company.truth.arming.append(row)
        return row

    def _tell(self, site: Site, state: str, rng: Random) -> None:
        person = rng.choice(self._company.world.guards_of(site.code)).code
        body = {"site": site.code, "area": AREA, "state": state, "person": person}
        self._company.tell("arming", {"ts": self._company.now, **body})


def _after(rng: Random) -> Seconds:
    return abs(rng.gauss(0, 1)) * USUALLY_AFTER
