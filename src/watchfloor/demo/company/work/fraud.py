"""Guards who cheat with attendance: what they do, and the truth of it."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from typing import Final

from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import MINUTE
from watchfloor.demo.company.spans import Span
from watchfloor.demo.company.work.duty import Duties
from watchfloor.demo.company.work.punches import Punches
from watchfloor.demo.company.work.rota import Shift
from watchfloor.demo.world import Site

LIKELY: Final = 0.004
"""For one guard on one shift."""


class Fraud:
    def __init__(
        self, company: Company, duties: Duties, punches: Punches, often: float = 1.0
    ) -> None:
        self._company = company
        self._duties = duties
        self._punches = punches
        self._likely = LIKELY * often
        self._rng = company.rng("fraud")
        self._kinds: tuple[Callable[[str, Shift], Process], ...] = (
            self.buddy_punching,
            self.spoofing,
            self.swap,
            self.lent_identity,
        )

    def cheats(self, person: str, shift: Shift) -> bool:
        """Return whether somebody cheats on this shift; if so, what follows has begun."""
        if self._rng.random() >= self._likely:
            return False
        cheat = self._rng.choice(self._kinds)
        before = shift.start - self._company.now - self._rng.uniform(2, 12) * MINUTE
        self._company.start(cheat(person, shift), before)
        return True

    def buddy_punching(self, person: str, shift: Shift) -> Process:
        """A colleague checks in twice at one terminal: for himself, and for one who is not there.

        The terminal tells whose face it saw.
        """
        buddy = self._other(person, shift)
        self._note("BUDDY_PUNCHING", person, shift, by=buddy)
        self._punches.at_terminal("check_in", buddy, shift)
        yield self._rng.uniform(15, 90)
        self._punches.at_terminal("check_in", person, shift, face=buddy)
        self._duties.comes(buddy, shift)
        yield shift.end - self._company.now
        self._duties.goes(buddy)
        self._punches.at_terminal("check_out", buddy, shift)
        yield self._rng.uniform(15, 90)
        self._punches.at_terminal("check_out", person, shift, face=buddy)

    def spoofing(self, person: str, shift: Shift) -> Process:
        """Somebody stays at home; his phone says that he is at the site."""
        self._note("GPS_SPOOFING", person, shift)
        duty = self._duties.comes(person, shift)
        duty.is_mocked, duty.sleeps = True, Span(self._company.now, shift.end)
        self._punches.by_phone("check_in", person, shift, duty.phone, 3.0, mock=True, accuracy=1.0)
        yield shift.end - self._company.now
        self._duties.goes(person)
        self._punches.by_phone("check_out", person, shift, duty.phone, 3.0, mock=True, accuracy=1.0)

    def swap(self, person: str, shift: Shift) -> Process:
        """Somebody comes in place of another, and no roster says so."""
        other = self._other(person, shift)
        self._note("WRONG_PERSON_AT_SITE", other, shift, by=person)
        self._duties.comes(other, shift)
        self._punches.at_terminal("check_in", other, shift)
        yield shift.end - self._company.now
        self._duties.goes(other)
        self._punches.at_terminal("check_out", other, shift)

    def lent_identity(self, person: str, shift: Shift) -> Process:
        """Somebody leaves a shift at the far end of the city a minute before this one begins."""
        company, far = self._company, self._farthest_from(shift.site)
        self._note("IMPOSSIBLE_SHIFTS", person, shift)
        elsewhere = Shift("", far, shift.start, shift.end, 1, [person])
        self._punches.at_terminal("check_out", person, elsewhere)
        yield self._rng.uniform(0.5, 2) * MINUTE
        self._duties.comes(person, shift)
        self._punches.at_terminal("check_in", person, shift)
        yield shift.end - company.now
        self._duties.goes(person)
        self._punches.at_terminal("check_out", person, shift)

    def _farthest_from(self, site: str) -> str:
        here = self._company.world.by_code[site]

        def apart(one: Site) -> float:
            return hypot(one.latitude - here.latitude, one.longitude - here.longitude)

        return max(self._company.world.sites, key=apart).code

    def _other(self, person: str, shift: Shift) -> str:
        """Return a guard of the site who is neither on the shift nor on duty."""
        guards = [guard.code for guard in self._company.world.guards_of(shift.site)]
        free = [g for g in guards if g not in shift.people and self._duties.of(g) is None]
        return self._rng.choice(free or [g for g in guards if g != person])

    def _note(self, kind: str, person: str, shift: Shift, by: str | None = None) -> None:
        company = self._company
        lasts = shift.end - company.now
        incident = company.opens(
            kind, [shift.site], lasts, person=person, root=shift.code, weight=0.4, cured_as="FRAUD"
        )
        company.start(company.until_over(incident))
        company.truth.frauds.append(
            {
                "kind": kind, "person": person, "by": by, "site": shift.site, "shift": shift.code,
                "ts": company.now, "end": shift.end, "incident": incident.id,
            }
        )  # fmt: skip
