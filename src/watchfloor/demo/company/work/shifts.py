"""Shifts from the roster to the last check out: leave, people who come late or never, relief."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.alarms import Alarms, Sign
from watchfloor.demo.company.chance import about
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import DAY, HOUR, MINUTE, at_local
from watchfloor.demo.company.truth import Incident
from watchfloor.demo.company.work.duty import Duties
from watchfloor.demo.company.work.fraud import Fraud
from watchfloor.demo.company.work.punches import Punches
from watchfloor.demo.company.work.rota import Rota, Shift, today

PUBLISHED_AHEAD = 7
LEAVE, REPLACED = 0.02, 0.7
ABSENT, LATE = 0.015, 0.035
RELIEVED = 0.75
"""Share of gaps that the company fills by itself, some time."""
TOLERATED: Seconds = 10 * MINUTE
"""Whoever comes later than this leaves a gap."""
RELIEF_ON_ITS_WAY: Seconds = 30.0
"""Between the roster that names them and their check in."""
MISSING = Sign(
    "time-clock", "ATTENDANCE_MISSING", "MEDIUM", ("nobody checked in for {what}", "{what} missing")
)


class Shifts:
    def __init__(
        self, company: Company, alarms: Alarms, duties: Duties, punches: Punches, fraud: Fraud
    ) -> None:
        self._company = company
        self._alarms = alarms
        self._duties = duties
        self._punches = punches
        self._fraud = fraud
        self._rng = company.rng("shifts")
        self._rota = Rota(company.world, company.rng("rota"))

    def begin(self) -> None:
        self._company.start(self._publish())

    def absence(self, shift: Shift, missing: int, ends: Seconds, *, by_relief: bool) -> Process:
        """A shift is short of people until somebody comes, or to its end."""
        company = self._company
        unfilled = shift.required - len(shift.people) - shift.announced
        kind, weight = "ROSTER_ERROR" if unfilled > 0 else "ABSENCE", 0.6 * missing / shift.required
        lasts = min(ends, shift.end) - company.now
        incident = company.opens(kind, [shift.site], lasts, root=shift.code, weight=weight)
        incident.predictable = unfilled + shift.announced > 0
        gap = {
            "site": shift.site, "shift": shift.code, "start": company.now, "end": incident.ends_at,
            "required": shift.required, "present": shift.required - missing,
            "announced": shift.announced, "unfilled": unfilled, "incident": incident.id,
        }  # fmt: skip
        company.truth.gaps.append(gap)
        company.start(self._report(shift, incident), 15 * MINUTE)
        yield from company.until_over(incident)
        gap["end"] = company.now
        if company.now < shift.end and (incident.is_fixed or by_relief):
            self._relieve(shift, missing)

    def _publish(self) -> Process:
        """Publish the days ahead, and from then on one more day at each noon."""
        company, ahead = self._company, PUBLISHED_AHEAD
        first = today(company.now)
        for shift in self._rota.days(first, ahead, company.now):
            self._announce(shift)
        while True:
            first = first + timedelta(days=1)
            yield at_local(first, 12) - company.now
            for shift in self._rota.days(first + timedelta(days=ahead - 1), 1, company.now):
                self._announce(shift)

    def _announce(self, shift: Shift) -> None:
        company = self._company
        company.tell("roster", {"ts": company.now, **shift.published()})
        company.start(self._leave(shift), shift.start - DAY - company.now)
        company.start(self._work(shift), shift.start - HOUR - company.now)

    def _leave(self, shift: Shift) -> Process:
        """Some say in time that they will not come, and mostly somebody else is found."""
        company, rng = self._company, self._rng
        likely = LEAVE * company.seasons.absence(shift.start)
        for person in [one for one in shift.people if rng.random() < likely]:
            hours_left = (shift.start - company.now) / HOUR
            yield max(rng.uniform(0.1, hours_left - 2), 0.0) * HOUR
            notice = {"kind": "leave_notice", "shift": shift.code, "person": person}
            company.tell("roster", {"ts": company.now, **notice, "site": shift.site})
            shift.people.remove(person)
            shift.announced += 1
            if rng.random() < REPLACED:
                yield about(rng, 20)
                self._replace(shift)

    def _replace(self, shift: Shift) -> None:
        free = self._rota.free_for(shift)
        if free:
            person = self._rng.choice(free)
            shift.people.append(person)
            shift.announced -= 1
            self._rota.takes(person, shift)
            self._company.tell("roster", {"ts": self._company.now, **shift.published()})

    def _work(self, shift: Shift) -> Process:
        company = self._company
        comes: list[Seconds] = []
        for person in list(shift.people):
            at = self._when(shift)
            if self._fraud.cheats(person, shift):
                comes.append(shift.start)
            elif at is not None:
                comes.append(at)
                company.start(self._comes(person, shift), at - company.now)
        yield shift.start - company.now
        late = [at for at in comes if at > shift.start + TOLERATED]
        missing = shift.required - (len(comes) - len(late))
        if missing > 0:
            self._is_short(shift, missing, late)

    def _is_short(self, shift: Shift, missing: int, late: list[Seconds]) -> None:
        """Let the gap last until those who are late have come, or else relief, if it is found."""
        rng, by_relief = self._rng, len(late) < missing
        ends = max(late, default=shift.end)
        if by_relief:
            is_found = rng.random() < RELIEVED
            ends = shift.start + max(about(rng, 80, 0.7), TOLERATED) if is_found else shift.end
        self._company.start(self.absence(shift, missing, ends, by_relief=by_relief))

    def _relieve(self, shift: Shift, missing: int) -> None:
        free = self._rota.free_for(shift)
        for person in self._rng.sample(free, min(missing, len(free))):
            shift.people.append(person)
            self._rota.takes(person, shift)
            self._company.start(self._comes(person, shift), RELIEF_ON_ITS_WAY)
        self._company.tell("roster", {"ts": self._company.now, **shift.published()})

    def _comes(self, person: str, shift: Shift) -> Process:
        """Check in, work, and check out around the end."""
        company = self._company
        self._duties.comes(person, shift)
        self._punches.at_terminal("check_in", person, shift)
        yield shift.end - company.now + self._rng.expovariate(1 / 4) * MINUTE
        self._duties.goes(person)
        self._punches.at_terminal("check_out", person, shift)

    def _when(self, shift: Shift) -> Seconds | None:
        """Return when somebody comes; None for never."""
        rng, factor = self._rng, self._company.seasons.absence(shift.start)
        luck = rng.random()
        if luck < ABSENT * factor:
            return None
        if luck < (ABSENT + LATE) * factor:
            return shift.start + about(rng, 14, 0.8)
        return shift.start - min(abs(rng.gauss(9, 6)), 40) * MINUTE

    def _report(self, shift: Shift, incident: Incident) -> Process:
        company = self._company
        if company.now >= incident.ends_at:
            return
        alarm = self._alarms.fires(MISSING, shift.site, incident, shift=shift.code)
        is_over = partial(_is_over, company, incident)
        company.start(self._alarms.repeats(alarm, 2 * HOUR, is_over))
        yield from company.until_over(incident)
        self._alarms.ends(alarm, "filled")


def _is_over(company: Company, incident: Incident) -> bool:
    return company.now >= incident.ends_at
