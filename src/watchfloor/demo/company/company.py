"""The company at work: what happens, what is heard of it, and the one door for acts on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Agenda, Process
from watchfloor.demo.company.odds import Odds, takes
from watchfloor.demo.company.plant import Plant
from watchfloor.demo.company.seasons import MINUTE, Seasons, local
from watchfloor.demo.company.truth import Incident, Remedy, Truth
from watchfloor.demo.world import World

STEP: Seconds = 900.0
"""How far the agenda runs before what is sampled meanwhile is told."""
VALUES = {"PREMIUM": 1.5, "GOLD": 1.2, "STANDARD": 0.8}
"""What an hour of trouble at a client weighs, by its tier."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is heard of the company, at the moment it is heard."""

    at: Seconds
    stream: str
    body: dict[str, Any]


Sampler = Callable[[Seconds], None]
"""Tells what is measured again and again, from where it was until then."""


class Company:
    """`measured_from`: before it nothing is told of what is measured again and again.

    `pace`: how many times more often than in life something goes wrong.
    """

    def __init__(
        self,
        world: World,
        seed: int,
        begins: Seconds,
        measured_from: Seconds | None = None,
        pace: float = 1.0,
    ) -> None:
        self.world = world
        self.seed = seed
        self.begins = begins
        self.measured_from = begins if measured_from is None else max(measured_from, begins)
        self.pace = pace
        self.seasons = Seasons(seed)
        self.plant = Plant(world)
        self.truth = Truth(failures=self.plant.failures)
        self.odds = Odds(self.rng("odds"))
        self.samplers: list[Sampler] = []
        self.heard: list[Callable[[Incident], None]] = []
        """Told of each incident when its first alert comes."""
        self._agenda = Agenda(begins)
        self._acts = self.rng("acts")
        self._sampled_until = begins
        self._pending: list[tuple[Seconds, int, Told]] = []
        self._numbers = count()
        self._open: dict[str, Incident] = {}
        self._tiers = {code: tier for code, _, tier in world.clients}

    @property
    def now(self) -> Seconds:
        return self._agenda.now

    def code(self, kind: str, number: int) -> str:
        """Return the code of what people open: no later run of the company opens the same."""
        return f"{kind}{local(self.begins):%y%m%d%H}-{number:04}"

    def rng(self, name: str) -> Random:
        """Return chance of its own for a part: what one part draws changes no other."""
        return Random(f"{self.seed}:{name}")  # noqa: S311 - no secret is made of it

    def start(self, process: Process, after: Seconds = 0.0) -> None:
        self._agenda.start(process, after)

    def tell(self, stream: str, body: dict[str, Any], at: Seconds | None = None) -> None:
        told = Told(self.now if at is None else at, stream, body)
        heappush(self._pending, (told.at, next(self._numbers), told))

    def advance(self, until: Seconds) -> Iterator[Told]:
        """Let time pass. Yields what is heard before `until`, in order of time."""
        while self._sampled_until < until:
            step = min((self._sampled_until // STEP + 1) * STEP, until)
            self._agenda.run(step)
            for sample in self.samplers:
                sample(step)
            self._sampled_until = step
            while self._pending and self._pending[0][0] < step:
                yield heappop(self._pending)[2]

    @property
    def is_idle(self) -> bool:
        """Whether nothing more will happen or be heard by itself."""
        return self._agenda.is_empty and not self._pending

    def open_incidents(self) -> Sequence[Incident]:
        return list(self._open.values())

    def opens(
        self,
        kind: str,
        sites: Sequence[str],
        lasts: Seconds,
        *,
        root: str | None = None,
        person: str | None = None,
        weight: float = 0.3,
        cured_as: str | None = None,
    ) -> Incident:
        """Return a new cause at work, with what would end it. `cured_as`: the kind in `CURES`."""
        incident = Incident(
            id=f"I{len(self.truth.incidents):05}",
            kind=kind,
            start=self.now,
            ends_at=self.now + lasts,
            site=sites[0],
            sites=sites,
            root=root,
            person=person,
            impact_per_hour=round(sum(self._worth(site) for site in sites) * weight, 3),
            remedy=self._remedy(cured_as or kind, root),
        )
        self.truth.incidents.append(incident)
        self._open[incident.id] = incident
        return incident

    def until_over(self, incident: Incident) -> Process:
        """Wait for the end of an incident, which an act may bring forward."""
        while self.now < incident.ends_at:
            yield min(incident.ends_at - self.now, MINUTE)
        self._open.pop(incident.id, None)

    def attempt(self, incident: Incident, action: str, *, by: str) -> bool:
        """Do something about an incident; the same act has one chance. Returns whether it works.

        That it works shows only later, when what was ill is heard again.
        """
        if incident.id not in self._open or action in incident.tried:
            return False
        incident.tried.append(action)
        remedy = incident.remedy
        fits = remedy is not None and remedy.action == action
        works = remedy is not None and fits and self._acts.random() < remedy.odds
        if remedy is not None and works:
            incident.is_fixed = True
            incident.ends_at = min(incident.ends_at, self.now + remedy.takes)
        act = {"ts": self.now, "incident": incident.id, "action": action, "by": by}
        self.truth.acts.append({**act, "works": works})
        return works

    def is_heard(self, incident: Incident) -> None:
        """Note the first alert of an incident: from now on somebody can know of it."""
        if incident.heard_at is None:
            incident.heard_at = self.now
            for listen in self.heard:
                listen(incident)

    def _worth(self, site: str) -> float:
        there = self.world.by_code[site]
        return there.criticality / 3 * VALUES[self._tiers[there.client]]

    def _remedy(self, kind: str, root: str | None) -> Remedy | None:
        known = self.odds.of(kind)
        if known is None:
            return None
        cure, odds = known
        return Remedy(cure.action, root, round(odds, 3), takes(cure, self._acts))
