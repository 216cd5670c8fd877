"""Releases of the guards' app: now and then a bad one, and phones of many sites fall behind."""

from __future__ import annotations

from math import inf
from random import Random

from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.alarms import Alarms, Sign
from watchfloor.demo.company.chance import about, arrivals
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import HOUR, MINUTE, is_business
from watchfloor.demo.company.spans import Span
from watchfloor.demo.company.truth import Incident
from watchfloor.demo.world import Device

RELEASES_A_DAY = 1 / 10
BAD_SHARE = 0.25
REACHED = 0.6
"""Share of phones that install a release within its first hours."""
SPREAD = 2 * HOUR
BEHIND = Sign("mobile", "SYNC_DEGRADED", "MEDIUM", ("{what}: reports are late", "{what} lags"))


class Releases:
    def __init__(self, company: Company, alarms: Alarms) -> None:
        self._company = company
        self._alarms = alarms
        self._rng = company.rng("releases")
        self._phones = company.plant.of_kinds(["phone"])
        self.behind: dict[str, Span] = {}
        """By phone: since and until when a release kept it behind."""

    def begin(self) -> None:
        company = self._company
        shape = _in_business_hours
        company.start(
            arrivals(company, self._rng, RELEASES_A_DAY, self._release, shape, is_trouble=False)
        )

    def bad_release(self, rng: Random) -> Process:
        company = self._company
        reached = [phone for phone in self._phones if rng.random() < REACHED]
        sites = list(dict.fromkeys(phone.site for phone in reached))
        lasts = about(rng, 360, 0.4)
        incident = company.opens("BAD_RELEASE", sites, lasts, root="guards' app", weight=0.05)
        for phone in reached:
            company.start(self._falls_behind(phone, incident), rng.uniform(5 * MINUTE, SPREAD))
        yield from company.until_over(incident)

    def _release(self) -> Process:
        company = self._company
        text = f"Release {company.now / 86400 - 20000:.0f} of the guards' app"
        company.tell("changes", {"ts": company.now, "kind": "release", "text": text})
        if self._rng.random() < BAD_SHARE:
            yield from self.bad_release(self._rng)

    def _falls_behind(self, phone: Device, incident: Incident) -> Process:
        if self._company.now >= incident.ends_at:
            return
        since = self._company.now
        self.behind[phone.code] = Span(since, inf)
        row = {"device": phone.code, "site": phone.site, "start": since, "end": incident.ends_at}
        self._company.truth.lagging.append(row)
        alarm = self._alarms.fires(BEHIND, phone.site, incident, device=phone.code)
        yield from self._company.until_over(incident)
        yield self._rng.uniform(1, 15) * MINUTE
        row["end"] = self._company.now
        self.behind[phone.code] = Span(since, self._company.now)
        self._alarms.ends(alarm)


def _in_business_hours(at: float) -> float:
    return 4.0 if is_business(at) else 0.2
