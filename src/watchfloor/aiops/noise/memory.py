"""What is known of a tenant's noise: a function of its log, as the clusterer's state is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import heapify, heappop, heappush
from math import inf

from watchfloor.aiops.clustering.commands import Command, TouchAlerts
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.noise.bounds import is_surprising
from watchfloor.aiops.noise.lately import COMPANY, Company, Near
from watchfloor.aiops.noise.patterns import DAY, KNOWN_DAYS, WATCHED, Pattern
from watchfloor.aiops.noise.state import Life, State, pack, unpack
from watchfloor.aiops.types import Seconds, Signal

BACK: Seconds = 900
"""A life that is over may go on within this time: only then it counts as over."""
_MOST_PATTERNS = 40_000
_FORGOTTEN: Seconds = 2 * KNOWN_DAYS * DAY
_ONCE_FORGOTTEN: Seconds = 7 * DAY


class NoiseMemory:
    """Learns from each entry of the log; answers what `judge` asks. Draws no conclusions."""

    def __init__(self, state: State | None = None) -> None:
        self.state = state or State()
        self._due = [(life.due, pk) for pk, life in self.state.lives.items()]
        heapify(self._due)
        self._company = Company()
        """The report that was judged last, and what is in its company: it is heard next."""

    @property
    def size(self) -> int:
        """How many things it remembers, some 300 bytes each."""
        return len(self.state.patterns) + len(self.state.lives)

    def hear(self, view: ReportView) -> None:
        """Take one report in, after it was judged."""
        state = self.state
        if not view.is_life_safety:
            state.clock = max(state.clock, view.at)
        state.began = min(state.began, view.at)
        recurs = self.recurs(view)
        company = self.company(view) if recurs or view.alert_id not in state.lives else Company()
        self._settle_due()
        life = state.lives.get(view.alert_id)
        state.losses.hear(view, is_new=life is None)
        if life is None or recurs:
            if view.signal is Signal.FIRING:
                self._begin(view, company)
        elif view.is_touch:
            life.expires_at = max(life.expires_at, view.expires_at)
        elif view.signal is Signal.FIRING:
            self._repeat(life, view)
        elif view.at >= life.last and life.ended_at == inf:
            life.ended_at = view.at
            self._look_at(view.alert_id, life, view.at + BACK)

    def apply(self, entry: ReportView | Command) -> None:
        """Take one entry of the log in."""
        if isinstance(entry, ReportView):
            self.hear(entry)
        elif isinstance(entry, TouchAlerts):
            self.touch(entry.alert_ids, entry.at)

    def touch(self, alert_ids: Iterable[str], at: Seconds) -> None:
        """Note that a person did something about these."""
        for alert_id in alert_ids:
            life = self.state.lives.get(alert_id)
            if life is not None:
                life.touched_at = min(life.touched_at, at)

    def kinds(self, view: ReportView) -> Iterator[Pattern]:
        """Yield the patterns a report falls under, from wide to narrow, as far as known."""
        for key in _kinds(view.alert_type, view.site, view.entity):
            pattern = self.state.patterns.get(key)
            if pattern is not None:
                yield pattern

    def pattern(self, alert_type: str, scope: str) -> Pattern | None:
        """Return a type's past in a scope ("@site" or "%entity"), or a scope's as a whole ("")."""
        return self.state.patterns.get(alert_type + scope)

    def recurs(self, view: ReportView) -> bool:
        """Whether a report of an alert that is not over tells of something new.

        Who never says that a thing is over tells the next one by the same name: it is one if
        nothing was heard for so long as one is watched, and no person has it in hand.
        """
        life = self.state.lives.get(view.alert_id)
        if life is None or view.is_touch or view.signal is not Signal.FIRING:
            return False
        if min(life.ended_at, life.touched_at) < inf or view.at - life.last < WATCHED:
            return False
        past = self.state.patterns.get(life.alert_type)
        return past is None or not past.is_ended_by_senders

    def times_kept(self, alert_id: str) -> int:
        """Return how often in a row an alert occurred without that people were told."""
        life = self.state.lives.get(alert_id)
        return 0 if life is None else life.times_kept

    def fires(self, alert_id: str, at: Seconds) -> bool:
        """Whether an alert fires at a time, by what was heard so far."""
        life = self.state.lives.get(alert_id)
        return life is not None and at < min(life.ended_at, life.expires_at)

    def holds(self, alert_id: str, at: Seconds) -> bool:
        """Whether an alarm still explains the losses below it."""
        return self.state.losses.holds(alert_id, at)

    def company(self, view: ReportView) -> Company:
        """Return the company of a report that begins an alert; the last answer is kept."""
        if self._company.report_id == view.report_id:
            return self._company
        others = self.state.lately.others_of(view)
        is_rush = self._is_rush(view)
        if is_rush:
            others += self._in_rush(view)
        self._company = Company(view.report_id, tuple(others), is_rush)
        return self._company

    def is_alone(self, view: ReportView) -> bool:
        """Whether nothing corroborates a report that begins something.

        Neither another alert of the entity, nor one that people hear of at the site, nor a rush.
        """
        return self._is_alone(view, self.company(view))

    def corroborated(self, view: ReportView) -> list[str]:
        """Return ids of alerts that were kept quiet, and that a new alert makes credible.

        They began lately and are of the same entity, or of a type that comes in a rush.
        """
        return self.state.lately.quiet_among(self.company(view).others)

    def snapshot(self) -> bytes:
        return pack(self.state)

    @classmethod
    def restore(cls, data: bytes) -> NoiseMemory:
        """Return a memory that goes on where `snapshot` was taken. Raises: CheckpointError."""
        return cls(unpack(data))

    def _begin(self, view: ReportView, company: Company) -> None:
        state = self.state
        life = Life(
            view.alert_type, view.entity, view.site, view.at, view.at, view.expires_at,
            view.at + WATCHED,
            was_alone=self._is_alone(view, company),
            times_kept=self.times_kept(view.alert_id) + 1 if view.is_suppressed else 0,
        )  # fmt: skip
        state.lives[view.alert_id] = life
        heappush(self._due, (life.due, view.alert_id))
        for key in (*_kinds(view.alert_type, view.site, view.entity), *_scopes(view)):
            pattern = state.patterns.get(key)
            if pattern is None:
                pattern = state.patterns[key] = Pattern(view.at, view.at)
            pattern.begin(view.at)
        self._keep_company(life, view, company)

    def _is_alone(self, view: ReportView, company: Company) -> bool:
        return not (company.others or company.is_rush) and self.state.lately.is_alone(view)

    def _keep_company(self, life: Life, view: ReportView, company: Company) -> None:
        state = self.state
        life.in_rush = company.is_rush
        for one in company.others:
            life.has_company = True
            state.lately.quiet.pop(one.alert_id, None)
            other = state.lives.get(one.alert_id)
            if other is not None:
                other.has_company, other.times_kept = True, 0
                other.in_rush |= company.is_rush and other.alert_type == life.alert_type
        state.lately.add(view, state.clock)

    def _is_rush(self, view: ReportView) -> bool:
        """Whether more of the type began lately, this one included, than chance has it."""
        past = self.state.patterns.get(view.alert_type)
        lately = self.state.lately.alike(view)
        if past is None or lately == 1:
            return False
        known = min(max(view.at - self.state.began, DAY), KNOWN_DAYS * DAY)
        usual = past.begun_lately(view.at) / known * COMPANY
        return is_surprising(lately, usual)

    def _in_rush(self, view: ReportView) -> Iterator[Near]:
        """Yield what the rush makes credible now: what began before it was one, newest first."""
        for one in reversed(self.state.lately.types.get(view.alert_type, ())):
            life = self.state.lives.get(one.alert_id)
            if abs(view.at - one.at) > COMPANY or (life is not None and life.in_rush):
                return
            yield one

    def _repeat(self, life: Life, view: ReportView) -> None:
        life.reports += 1
        life.last = max(life.last, view.at)
        life.expires_at = max(life.expires_at, view.expires_at)
        if life.ended_at <= view.at:
            life.ended_at = inf
            self._look_at(view.alert_id, life, max(life.first + WATCHED, self.state.clock))

    def _look_at(self, alert_id: str, life: Life, due: Seconds) -> None:
        life.due = due
        heappush(self._due, (due, alert_id))

    def _settle_due(self) -> None:
        """Count the lives of which nothing more is to be learnt, and drop those that are over."""
        state, due = self.state, self._due
        while due and due[0][0] <= state.clock:
            at, alert_id = heappop(due)
            life = state.lives.get(alert_id)
            if life is None or life.due != at:
                continue
            if not life.is_settled:
                self._settle(life)
            over_at = min(life.ended_at, max(life.expires_at, life.last))
            if over_at + BACK <= state.clock:
                del state.lives[alert_id]
            else:
                self._look_at(alert_id, life, over_at + BACK)
        if state.clock - state.prune_at > DAY or len(state.patterns) > _MOST_PATTERNS:
            self._prune()

    def _settle(self, life: Life) -> None:
        """Count a life under each kind. One that a person touched was seen until then."""
        life.is_settled = True
        seen_until = min(life.first + WATCHED, life.touched_at, life.ended_at)
        is_over = life.ended_at <= seen_until
        untouched = life.touched_at == inf
        is_nothing = untouched and life.reports == 1 and not life.has_company
        seen = max(seen_until - life.first, 0.0)
        for key in _kinds(life.alert_type, life.site, life.entity):
            pattern = self.state.patterns.get(key)
            if pattern is not None:
                pattern.settle(
                    life.due, seen,
                    is_over=is_over, was_alone=life.was_alone, is_nothing=is_nothing,
                )  # fmt: skip

    def _prune(self) -> None:
        """Forget kinds that were not seen for long, and what began too long ago."""
        state = self.state
        state.prune_at = state.clock
        for key in [pk for pk, one in state.patterns.items() if _is_stale(pk, one, state.clock)]:
            del state.patterns[key]
        state.lately.forget(state.clock)
        state.losses.prune(state.clock)
        self._make_room()

    def _make_room(self) -> None:
        """Of too many kinds, forget those that were not seen for longest."""
        patterns = self.state.patterns
        if len(patterns) > _MOST_PATTERNS:
            oldest = sorted(patterns, key=lambda key: (patterns[key].last, key))
            for key in oldest[: len(patterns) - _MOST_PATTERNS // 2]:
                del patterns[key]


def _is_stale(key: str, pattern: Pattern, clock: Seconds) -> bool:
    """A type that an entity had but once says little: it is kept for a week."""
    if pattern.last >= clock - _ONCE_FORGOTTEN:
        return False
    once = key.find("%") > 0 and sum(pattern.begun.values()) == 1
    return once or pattern.last < clock - _FORGOTTEN


@lru_cache(maxsize=1024)
def _kinds(alert_type: str, site: str, entity: str) -> tuple[str, ...]:
    """Return the keys of patterns from wide to narrow; asked for several times for a report."""
    at_site = (f"{alert_type}@{site}",) if site else ()
    of_entity = (f"{alert_type}%{entity}",) if entity and entity != site else ()
    return (alert_type, *at_site, *of_entity)


def _scopes(view: ReportView) -> Iterator[str]:
    """Yield the keys of what happens at the site and to the entity as a whole."""
    if view.site:
        yield f"@{view.site}"
    if view.entity:
        yield f"%{view.entity}"
