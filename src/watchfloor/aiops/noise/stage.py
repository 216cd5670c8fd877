"""The noise stage of a stream: judge each report, learn from it, end what was kept quiet in time.

Offline it holds what is kept quiet itself; the live pipeline keeps the same on the alerts' rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from math import inf

import msgspec

from watchfloor.aiops.alerts.lives import LifeStep
from watchfloor.aiops.alerts.protection import Protection
from watchfloor.aiops.alerts.suppression import FOREVER, Suppression
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.noise.judge import ALONE, LEARNT, Answer, judge, lapse
from watchfloor.aiops.noise.memory import NoiseMemory
from watchfloor.aiops.noise.policy import NoisePolicy
from watchfloor.aiops.types import Seconds

_MANY = 10_000


class Weighed(msgspec.Struct, frozen=True, gc=False):
    """What rules and learning say together of a report, and the report as the clusterer sees it."""

    view: ReportView
    suppression: Suppression | None
    released: tuple[str, ...] = ()
    """Ids of alerts that people are told of from now on, though they were kept quiet so far."""


def weigh(
    memory: NoiseMemory,
    policy: NoisePolicy,
    view: ReportView,
    step: LifeStep,
    protection: Protection,
    by_rule: Suppression | None,
    before: Suppression | None,
) -> Weighed:
    """Judge a report by what was learnt where no rule keeps it quiet, and learn from it.

    `before`: what was learnt and keeps its alert quiet so far. Changes `memory`.
    """
    answer = Answer(by_rule)
    if by_rule is None:
        answer = judge(memory, policy, view, step, protection, before)
        if answer.suppression is not None:
            view = msgspec.structs.replace(view, is_suppressed=True)
    memory.hear(view)
    return Weighed(view, answer.suppression, answer.released)


class NoiseStage:
    """One tenant's noise, with the alerts that are kept quiet until a time, by rule or learnt."""

    def __init__(self, policy: NoisePolicy = NoisePolicy()) -> None:
        self.policy = policy
        self.memory = NoiseMemory()
        self.kept: dict[str, Suppression] = {}
        """By alert."""
        self._ends: list[tuple[Seconds, str]] = []
        self._prune_at = _MANY

    def hear(
        self,
        view: ReportView,
        step: LifeStep,
        protection: Protection,
        by_rule: Suppression | None,
        now: Seconds,
    ) -> Weighed:
        """Take one report in. `now`: the time of timers at its arrival."""
        alert_id = view.alert_id
        released = self.let_go(now)
        before = self.kept.get(alert_id)
        learnt = before if before is not None and before.kind in LEARNT else None
        weighed = weigh(self.memory, self.policy, view, step, protection, by_rule, learnt)
        released += self._release(weighed.released)
        if before is not None and weighed.suppression is None:
            released.append(alert_id)
        self._keep(alert_id, weighed.suppression)
        if not released:
            return weighed
        return msgspec.structs.replace(weighed, released=tuple(released))

    @property
    def next_end(self) -> Seconds:
        """When to call `let_go` next; infinite if nothing is kept quiet until a time."""
        return self._ends[0][0] if self._ends else inf

    def let_go(self, now: Seconds = inf) -> list[str]:
        """Return what still fires at the end of what kept it quiet, up to `now`."""
        released = []
        while self._ends and self._ends[0][0] <= now:
            until, alert_id = heappop(self._ends)
            before = self.kept.get(alert_id)
            if before is None or before.until != until:
                continue
            found = lapse(self.memory, alert_id, before, until)
            self._keep(alert_id, found)
            if found is None:
                released.append(alert_id)
        return released

    def _keep(self, alert_id: str, suppression: Suppression | None) -> None:
        if suppression is None or suppression.until is None:
            self.kept.pop(alert_id, None)
            return
        self.kept[alert_id] = suppression
        if len(self.kept) > self._prune_at:
            self._prune()
        if suppression.until != FOREVER:
            heappush(self._ends, (suppression.until, alert_id))

    def _prune(self) -> None:
        """Forget what is over for so long that it cannot come back."""
        lives = self.memory.state.lives
        self.kept = {pk: one for pk, one in self.kept.items() if pk in lives}
        self._prune_at = max(2 * len(self.kept), _MANY)

    def _release(self, alert_ids: Iterable[str]) -> list[str]:
        """Let go of what is credible now. What a cause explains stays explained."""
        found = [pk for pk in alert_ids if pk in self.kept and self.kept[pk].kind in ALONE]
        for alert_id in found:
            del self.kept[alert_id]
        return found
