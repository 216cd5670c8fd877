"""Devices that share a line or a site together: which of them are dark.

A device is dark once it has missed a beat and it is likely that this was no chance: by its own
record, or because what it hangs on is out. It stays so until its beat is back and it is well again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from math import inf
from typing import NamedTuple

import msgspec

from watchfloor.aiops.beats.chances import Chances
from watchfloor.aiops.beats.company import GOES_DARK, GOES_IN_PART, Company
from watchfloor.aiops.beats.pace import Pace
from watchfloor.aiops.types import Seconds

SURE_OF_OUTAGE = 0.9
"""How likely an outage is before a device is dark for it alone. More than for a device's own
record: the next member is due within minutes, so waiting for its word costs little."""
UNHURRIED: Seconds = 15 * 60
"""A device with a shorter period is soon heard again, or not: so much surer one has to be of it."""
COUNTED = 8
"""Misses in a row that are counted. After them a device is gone, and says nothing of others."""
FORGOTTEN: Seconds = 30 * 86_400
"""A device that has been silent for longer is no longer expected."""


class Listened(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """One device. `missed`: beats since `last`, and `unheard`: those for which nobody listened.

    `dark_at`: when it was found dark, else 0.
    """

    last: Seconds
    pace: Pace = Pace()
    chances: Chances = Chances()
    missed: int = 0
    dark_at: Seconds = 0.0
    unheard: int = 0

    @property
    def due(self) -> Seconds:
        """Return when its next beat will have been missed."""
        if not self.pace.period or self.missed >= COUNTED:
            return inf
        return self.last + (self.missed + self.unheard + 1) * self.pace.period + self.pace.slack


class Hangs(NamedTuple):
    """How devices hang together.

    `groups` of a device: itself and what it hangs on, from near to far. `period`: the declared one.
    `sure`: how likely it is down before it is called dark. `since`: from when on somebody listens;
    what was not heard before was not missed. `wide`: the group, if any, of a line of several sites.
    """

    groups: Callable[[str], Sequence[str]]
    period: Callable[[str], Seconds | None]
    sure: Callable[[str], float]
    since: Seconds = 0.0
    wide: str | None = None

    def share(self, group: str) -> float:
        """Return how much of a group an outage takes along."""
        return GOES_IN_PART if group == self.wide else GOES_DARK


class LineBeats(msgspec.Struct, array_like=True, frozen=True):
    """`due`: when time alone may change something; infinite if nothing is awaited."""

    devices: dict[str, Listened] = {}
    companies: dict[str, Company] = {}
    due: Seconds = -inf

    @classmethod
    def of(cls, devices: dict[str, Listened], hangs: Hangs) -> LineBeats:
        """Return devices that were listened to apart so far: nothing is known of their groups."""
        members = Counter(group for code in devices for group in hangs.groups(code))
        return cls(devices, {group: Company(many) for group, many in members.items()})

    def at(self, moment: Seconds, hangs: Hangs) -> LineBeats:
        """Return what is known when the beats due by then have been missed."""
        if self.due > moment:
            return self
        run = _Run(self, hangs)
        run.miss_until(moment)
        return run.outcome()

    def after_beat(self, device: str, at: Seconds, hangs: Hangs) -> LineBeats:
        """Return what is known after a beat. One older than the last changes nothing."""
        known = self.devices.get(device)
        if known is not None and at <= known.last:
            return self
        run = _Run(self, hangs)
        run.miss_until(at)
        run.hear(device, at)
        return run.outcome()

    def without(self, device: str) -> LineBeats:
        """Return what is known once nothing more is expected of a device here."""
        left = {code: one for code, one in self.devices.items() if code != device}
        return LineBeats(left, self.companies)

    def dark(self) -> dict[str, Listened]:
        return {code: one for code, one in self.devices.items() if one.dark_at}

    def outage(self, groups: Sequence[str]) -> tuple[float, str]:
        """Return how likely one of the groups is out, and which: the largest of the likeliest."""
        odds, name = 0.0, ""
        for group in groups:
            company = self.companies.get(group)
            if company is not None and company.members > 1 and company.outage >= odds:
                odds, name = company.outage, group
        return odds, name


class _Run:
    """One step, on copies."""

    def __init__(self, beats: LineBeats, hangs: Hangs) -> None:
        self._devices, self._companies = dict(beats.devices), dict(beats.companies)
        self._due, self._hangs = beats.due, hangs

    def outcome(self) -> LineBeats:
        due = min((one.due for one in self._devices.values()), default=inf)
        return LineBeats(self._devices, self._companies, due)

    def miss_until(self, moment: Seconds) -> None:
        if self._due > moment:
            return
        awaited = [(one.due, code) for code, one in self._devices.items() if one.due <= moment]
        heapify(awaited)
        while awaited:
            due, code = heappop(awaited)
            if due - self._devices[code].pace.slack < self._hangs.since:
                self._skip(code)
            else:
                self._miss(code, due)
            due = self._devices[code].due
            if due <= moment:
                heappush(awaited, (due, code))

    def hear(self, code: str, at: Seconds) -> None:
        self._forget(at)
        known = self._devices.get(code)
        if known is None:
            self._devices[code] = Listened(at)
            for group in self._hangs.groups(code):
                self._companies[group] = self._companies.get(group, Company()).joined()
            return
        self._tell_companies(code, at, came=True)
        pace = known.pace.after(at - known.last, self._hangs.period(code))
        waited = min(at - known.last, pace.period or at - known.last)
        chances = known.chances.after_beat(waited)
        is_shaky = known.dark_at and chances.failing >= self._hangs.sure(code)
        self._devices[code] = Listened(at, pace, chances, 0, known.dark_at if is_shaky else 0.0)

    def _skip(self, code: str) -> None:
        """Await the first beat that is due once somebody listens: what was before says nothing."""
        known = self._devices[code]
        gone = (self._hangs.since - known.last) // known.pace.period
        unheard = max(int(gone) - known.missed, known.unheard + 1)
        self._devices[code] = msgspec.structs.replace(known, unheard=unheard)

    def _miss(self, code: str, at: Seconds) -> None:
        known = self._devices[code]
        explained = max(self._takes(group) for group in self._hangs.groups(code))
        self._tell_companies(code, at, came=False)
        chances = known.chances.after_miss(known.pace.period, explained)
        self._devices[code] = msgspec.structs.replace(
            known, missed=known.missed + 1, chances=chances
        )
        self._find_dark(at)

    def _find_dark(self, at: Seconds) -> None:
        """Look at all that missed a beat: this miss tells of the others, too."""
        for code, one in self._devices.items():
            if one.missed and not one.dark_at and self._is_dark(code, one):
                self._devices[code] = msgspec.structs.replace(one, dark_at=at)

    def _is_dark(self, code: str, one: Listened) -> bool:
        doubt = (1.0 - self._hangs.sure(code)) * min(one.pace.period / UNHURRIED, 1.0)
        if one.chances.failing >= 1.0 - doubt:
            return True
        odds, _ = self._outage(code)
        return odds >= max(SURE_OF_OUTAGE, 1.0 - doubt)

    def _outage(self, code: str) -> tuple[float, str]:
        return LineBeats(self._devices, self._companies).outage(self._hangs.groups(code))

    def _tell_companies(self, code: str, at: Seconds, *, came: bool) -> None:
        """What a nearer group may have kept back says little of the line."""
        misses, nearer = self._devices[code].chances.misses_next, 0.0
        for group in self._hangs.groups(code):
            company, takes = self._companies.get(group), self._takes(group)
            if company is not None and company.members > 1:
                besides = nearer if group == self._hangs.wide else 0.0
                anyway = 1.0 - (1.0 - misses) * (1.0 - besides)
                share = self._hangs.share(group)
                self._companies[group] = company.after(at, came=came, misses=anyway, share=share)
            nearer = max(nearer, takes)

    def _takes(self, group: str) -> float:
        """Return how likely an outage of a group keeps back a beat of a member."""
        company = self._companies.get(group)
        if company is None or company.members < 2:
            return 0.0
        return company.outage * self._hangs.share(group)

    def _forget(self, at: Seconds) -> None:
        for code in [code for code, one in self._devices.items() if at - one.last > FORGOTTEN]:
            del self._devices[code]
