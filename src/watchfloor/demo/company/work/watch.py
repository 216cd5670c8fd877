"""Guards at night: those who fall asleep, and those who walk away from their post."""

from __future__ import annotations

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.alarms import Alarms, Sign
from watchfloor.demo.company.chance import about, arrivals
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import HOUR, MINUTE, local
from watchfloor.demo.company.spans import Span
from watchfloor.demo.company.truth import Incident
from watchfloor.demo.company.work.duty import Duties, Duty

ASLEEP_PER_SITE = 0.02
STROLLS_PER_SITE = 0.015
UNNOTICED: Seconds = 2 * HOUR
STILL = Sign("lone-worker", "GUARD_INACTIVITY", "HIGH", ("no sign of life from {what}",))


class Watch:
    def __init__(self, company: Company, alarms: Alarms, duties: Duties) -> None:
        self._company = company
        self._alarms = alarms
        self._duties = duties
        self._rng = company.rng("watch")

    def begin(self) -> None:
        company, sites = self._company, len(self._company.world.sites)
        sleepy = arrivals(company, self._rng, ASLEEP_PER_SITE * sites, self._dozes, _small_hours)
        company.start(sleepy)
        company.start(arrivals(company, self._rng, STROLLS_PER_SITE * sites, self._strolls))

    def falls_asleep(self, duty: Duty, lasts: Seconds) -> Process:
        company, shift = self._company, duty.shift
        incident = company.opens(
            "ASLEEP", [shift.site], lasts, root=shift.code, person=duty.person, weight=0.7
        )
        since = company.now
        duty.sleeps = Span(since, incident.ends_at)
        company.start(self._is_missed(duty, incident), UNNOTICED)
        while company.now < incident.ends_at:
            yield min(MINUTE, incident.ends_at - company.now)
            duty.sleeps = Span(since, incident.ends_at)
        yield from company.until_over(incident)

    def _is_missed(self, duty: Duty, incident: Incident) -> Process:
        """Let the lone worker's device tell, if he sleeps so long."""
        company = self._company
        if company.now >= incident.ends_at:
            return
        alarm = self._alarms.fires(STILL, duty.shift.site, incident, person=duty.person)
        yield from company.until_over(incident)
        self._alarms.ends(alarm, "moves again")

    def _dozes(self) -> Process | None:
        duty = self._somebody()
        if duty is None:
            return None
        lasts = min(about(self._rng, 130, 0.5), duty.shift.end - self._company.now)
        return self.falls_asleep(duty, lasts)

    def _strolls(self) -> None:
        duty = self._somebody()
        if duty is not None:
            self.walks_away(duty)

    def walks_away(self, duty: Duty) -> None:
        company = self._company
        lasts = min(about(self._rng, 35, 0.4), duty.shift.end - company.now)
        duty.away = self._rng.uniform(400, 1500)
        duty.strolls = Span(company.now, company.now + lasts)
        stroll = {"person": duty.person, "site": duty.shift.site, "start": company.now}
        company.truth.strolls.append({**stroll, "end": duty.strolls.until})

    def _somebody(self) -> Duty | None:
        now = self._company.now
        present = [d for d in self._duties.all() if now >= max(d.sleeps.until, d.strolls.until)]
        return self._rng.choice(present) if present else None


def _small_hours(at: Seconds) -> float:
    return 5.0 if 1 <= local(at).hour < 5 else 0.1
