"""Tours of the guards: planned for each night, walked, broken off or forgotten."""

from __future__ import annotations

from random import Random
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import DAY, HOUR, MINUTE, next_local
from watchfloor.demo.company.work.duty import Duties, Duty
from watchfloor.demo.world import Site

BEGIN = (23, 1, 3, 5)
"""Hours of the night, by the clocks on the walls."""
WINDOW: Seconds = HOUR
CHECKPOINTS = 6
FORGOTTEN, BROKEN_OFF = 0.01, 0.03
ENOUGH = 0.8
"""Share of checkpoints below which a tour is incomplete."""


class Tours:
    def __init__(self, company: Company, duties: Duties) -> None:
        self._company = company
        self._duties = duties

    def begin(self) -> None:
        company = self._company
        for site in company.world.sites:
            rng = company.rng(f"tours:{site.code}")
            for hour in BEGIN:
                first = next_local(company.now, hour) - company.now
                company.start(self._nightly(site, hour, rng), max(first - HOUR, 0.0))

    def _nightly(self, site: Site, hour: int, rng: Random) -> Process:
        """Plan a tour an hour ahead, night after night."""
        company = self._company
        while True:
            starts = next_local(company.now, hour)
            plan = {
                "tour": f"{site.code}-T-{starts:.0f}",
                "site": site.code,
                "start": starts,
                "end": starts + WINDOW,
                "checkpoints": checkpoints_of(site.code),
                "route": route_of(site.code),
            }
            self._tell("planned", **plan)
            company.start(self._walk(plan, rng), starts - company.now + rng.uniform(1, 25) * MINUTE)
            yield max(next_local(starts + DAY / 2, hour) - HOUR - company.now, MINUTE)

    def _walk(self, plan: dict[str, Any], rng: Random) -> Process:
        company, tour = self._company, {"tour": plan["tour"], "site": plan["site"]}
        guard = self._somebody(plan["site"], rng)
        if guard is None or rng.random() < FORGOTTEN:
            company.truth.tours.append({**tour, "kind": "TOUR_OVERDUE", "ts": plan["end"]})
            return
        tour["person"] = guard.person
        self._tell("started", **tour)
        walked = rng.randint(1, 4) if rng.random() < BROKEN_OFF else CHECKPOINTS
        for checkpoint in plan["checkpoints"][:walked]:
            yield rng.uniform(1, 5) * MINUTE
            self._tell("scan", checkpoint=checkpoint, **tour)
        yield rng.uniform(0.5, 2) * MINUTE
        self._tell("finished", **tour)
        if walked < ENOUGH * CHECKPOINTS:
            row = {**tour, "kind": "TOUR_INCOMPLETE", "ts": company.now, "scanned": walked}
            company.truth.tours.append(row)

    def _somebody(self, site: str, rng: Random) -> Duty | None:
        """Return a guard who is there and awake."""
        now = self._company.now
        there = [d for d in self._duties.at(site) if not d.sleeps.covers(now)]
        return rng.choice(there) if there else None

    def _tell(self, kind: str, **body: Any) -> None:
        self._company.tell("tours", {"ts": self._company.now, "kind": kind, **body})


def route_of(site: str) -> str:
    return f"{site}-NIGHT"


def checkpoints_of(site: str) -> list[str]:
    """Return the checkpoints of the site's tour, in the order of the walk."""
    return [f"{site}-CP-{number}" for number in range(1, CHECKPOINTS + 1)]
