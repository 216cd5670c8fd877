"""The log of each site's day, handed in the next morning by somebody on duty, or forgotten."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import DAY, MINUTE, local, next_local
from watchfloor.demo.company.work.duty import Duties
from watchfloor.demo.world import Site

LOG = "daily-log"
DUE_HOURS = 6
"""After the day has ended."""
WRITTEN = 4
"""From this hour on, by the clocks on the walls."""
FORGOTTEN = 0.02


class Logs:
    def __init__(self, company: Company, duties: Duties) -> None:
        self._company = company
        self._duties = duties

    def begin(self) -> None:
        company = self._company
        for site in company.world.sites:
            rng = company.rng(f"logs:{site.code}")
            first = next_local(company.now + DAY, WRITTEN)  # of a day that it was at work
            company.start(self._daily(site, rng), first - company.now)

    def _daily(self, site: Site, rng: Random) -> Process:
        company = self._company
        while True:
            day = (local(company.now) - timedelta(days=1)).date().isoformat()
            yield rng.uniform(1, 90) * MINUTE
            there = self._duties.at(site.code)
            row = {"report": LOG, "site": site.code, "day": day}
            if there and rng.random() >= FORGOTTEN:
                person = rng.choice(there).person
                company.tell("filings", {"ts": company.now, **row, "person": person})
            else:
                company.truth.unfiled.append(row)
            yield next_local(company.now, WRITTEN) - company.now
