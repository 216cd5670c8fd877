"""The company's own people at the desk, where no floor stands in for them: a queue of few."""

from __future__ import annotations

from collections import deque
from random import Random

from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.chance import about
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.odds import CURES
from watchfloor.demo.company.seasons import MINUTE
from watchfloor.demo.company.truth import Incident

READS, FINDS_OUT, ACTS = 1.5, 12.0, 4.0
"""Minutes, by the median."""
RIGHT_FIRST = 0.75
"""Share of incidents at which the first thing tried is the right one."""
ACTIONS = tuple(sorted({cure.action for cure in CURES.values() if cure}))


class Operators:
    def __init__(self, company: Company, desks: int) -> None:
        self._company = company
        self._desks = desks
        self._queue: deque[Incident] = deque()

    def begin(self) -> None:
        self._company.heard.append(self._queue.append)
        for desk in range(self._desks):
            self._company.start(self._work(self._company.rng(f"operator:{desk}")))

    def _work(self, rng: Random) -> Process:
        while True:
            if not self._queue:
                yield MINUTE
                continue
            incident = self._queue.popleft()
            yield about(rng, READS, 0.5)
            yield about(rng, FINDS_OUT, 0.7)
            yield from work_on(self._company, incident, rng, by="operator")


def work_on(company: Company, incident: Incident, rng: Random, *, by: str) -> Process:
    """Do the likely thing, and if it was the wrong one, the right one later."""
    remedy = incident.remedy
    if remedy is None:
        return
    if rng.random() >= RIGHT_FIRST:
        company.attempt(incident, rng.choice(ACTIONS), by=by)
        yield about(rng, ACTS, 0.6)
    company.attempt(incident, remedy.action, by=by)
    yield about(rng, ACTS, 0.6)
