"""One subject through its events and through time.

Timers fire at their own moment, before the event that is later than they are. So the answer does
not depend on how a stream is cut into batches, nor on when the batches come.

A lenient engine bears a rule that raises: it says nothing, what it raised before stays open, and
it is asked again later. The other rules of the subject are heard: a button pressed in danger waits
for no rule of arming.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event
from watchfloor.aiops.operation.facts.subject import Facts, Opened
from watchfloor.aiops.operation.rule import EventRule, Rule, Standing, StateRule
from watchfloor.aiops.types import Seconds, Severity

FORGET: Seconds = 24 * 3600
"""What an event showed and nothing has shown since is forgotten; people end its alert."""
ASK_AGAIN: Seconds = 3600
"""So long after it raised a rule is asked again, unless an event comes first."""


class Timed(NamedTuple):
    """An event and the time that is believed of it."""

    at: Seconds
    event: Event


@dataclass(frozen=True, slots=True)
class Transition:
    """What is to be told: that something begins, is seen again, gets worse, or ends.

    `raised_at` tells apart the times that the same thing began. What ends may say why.
    """

    at: Seconds
    code: str
    kind: str
    subject: str
    is_firing: bool
    raised_at: Seconds
    standing: Standing


@dataclass(frozen=True, slots=True)
class Advanced:
    """`facts` is None where the subject is over; `due_at` is when time has to look again.

    `failed` holds what rules raised, by their code.
    """

    facts: Facts | None
    transitions: list[Transition]
    due_at: Seconds | None
    failed: dict[str, Exception] = field(default_factory=dict)


class Engine:
    """The rules, by the kind of subject they look at.

    `is_lenient`: a rule that raises is told of in the answer, and stops nothing.
    """

    def __init__(self, rules: Iterable[Rule[Any]], *, is_lenient: bool = False) -> None:
        self._is_lenient = is_lenient
        self._states: dict[type[Facts], dict[str, StateRule[Any]]] = {}
        self._events: dict[type[Facts], dict[str, EventRule[Any]]] = {}
        for rule in rules:
            if isinstance(rule, StateRule):
                self._states.setdefault(rule.subject, {})[rule.code] = rule
            elif isinstance(rule, EventRule):
                self._events.setdefault(rule.subject, {})[rule.code] = rule

    def advance(
        self,
        facts: Facts,
        events: Sequence[Timed],
        until: Seconds,
        directory: Directory,
        due_at: Seconds | None = None,
    ) -> Advanced:
        """Take a subject through its events, in their order, and on to `until`.

        `due_at` is what the last advance of this subject returned. Raises, unless it is lenient:
        what a rule raises, and ConfigError for one whose next moment does not lie ahead.
        """
        kind = type(facts)
        rules = self._states.get(kind, {}), self._events.get(kind, {})
        run = _Run(facts, directory, due_at, *rules, is_lenient=self._is_lenient)
        for at, event in events:
            run.pass_time(at)
            run.hear(event, at)
        run.pass_time(until)
        return run.outcome()


class _Run:
    """One call of `advance`. `_clock` never goes back: late events change facts, not time."""

    def __init__(
        self,
        facts: Facts,
        directory: Directory,
        due_at: Seconds | None,
        states: dict[str, StateRule[Any]],
        events: dict[str, EventRule[Any]],
        *,
        is_lenient: bool,
    ) -> None:
        self._states, self._events, self._is_lenient = states, events, is_lenient
        self._facts, self._directory, self._due = facts, directory, due_at
        self._open, self._clock = dict(facts.open), facts.clock
        self._is_over = False
        self._out: list[Transition] = []
        self._failed: dict[str, Exception] = {}

    def pass_time(self, until: Seconds) -> None:
        """Let the timers fire that are due by then, each at its moment."""
        while self._due is not None and self._due <= until:
            if self._due < self._clock:
                self._due = self._clock
            self._clock = self._due
            self._judge()

    def hear(self, event: Event, at: Seconds) -> None:
        if self._is_over:
            self._facts, self._is_over = type(self._facts)(code=self._facts.code), False
            self._clock = self._facts.clock
        self._clock = max(self._clock, at)
        for rule in self._events.values():
            for standing in self._seen(rule, event):
                self._notice(rule, standing)
        self._facts = self._facts.after(event, at, self._directory)
        self._judge()

    def outcome(self) -> Advanced:
        if self._is_over:
            return Advanced(None, self._out, None, self._failed)
        known = self._facts.at(self._clock, self._directory)
        facts = msgspec.structs.replace(known, open=self._open, clock=self._clock)
        return Advanced(facts, self._out, self._due, self._failed)

    def _judge(self) -> None:
        """Ask every rule of states what holds now, and find out when to ask again."""
        at, directory = self._clock, self._directory
        facts = self._facts = self._facts.at(at, directory)
        moments = [due for rule in self._states.values() if (due := self._ask(rule)) is not None]
        moments += self._endings()
        over_due = facts.over_due(directory)
        if over_due is not None and over_due > at:
            moments.append(over_due)
        self._is_over = not self._open and facts.is_over(at, directory)
        self._due = None if self._is_over else min(moments, default=None)

    def _ask(self, rule: StateRule[Any]) -> Seconds | None:
        """Let what the rule says begin and end; return when to ask it again."""
        facts, at, directory = self._facts, self._clock, self._directory
        try:
            holding = {_name(rule.code, one.key): one for one in rule.holds(facts, at, directory)}
            over = {
                name: rule.ended(_key(name), facts, at, directory)
                for name in self._open
                if _code(name) == rule.code and name not in holding
            }
            due = rule.due(facts, at, directory)
            if due is not None and due <= at:
                raise ConfigError(f"{rule.code} of {facts.kind} looks back to {due} at {at}")
        except Exception as error:  # noqa: BLE001  whatever a rule does, the others are heard
            self._fail(rule, error)
            return at + ASK_AGAIN
        for name, why in over.items():
            self._end(name, why)
        for name, standing in holding.items():
            self._begin(name, standing)
        return due

    def _seen(self, rule: EventRule[Any], event: Event) -> list[Standing]:
        try:
            return list(rule.sees(event, self._facts, self._directory))
        except Exception as error:  # noqa: BLE001  as above
            self._fail(rule, error)
            return []

    def _fail(self, rule: Rule[Any], error: Exception) -> None:
        if not self._is_lenient:
            raise error
        self._failed[rule.code] = error

    def _endings(self) -> list[Seconds]:
        """End what an event showed long ago; return when the rest of it will be over."""
        moments = []
        for name, opened in list(self._open.items()):
            rule = self._events.get(_code(name))
            if rule is None:
                if _code(name) not in self._states:
                    self._end(name)
                continue
            over = opened.seen_at + (FORGET if rule.lasts is None else rule.lasts)
            if over > self._clock:
                moments.append(over)
            elif rule.lasts is None:
                del self._open[name]
            else:
                self._end(name)
        return moments

    def _notice(self, rule: EventRule[Any], standing: Standing) -> None:
        """An event shows something: tell it, unless it was told a moment ago."""
        name, at = _name(rule.code, standing.key), self._clock
        known = self._open.get(name)
        is_worse = known is not None and standing.severity > known.severity
        if known is None or is_worse or at - known.told_at >= rule.tells_again_after:
            self._open[name] = _opened(standing, known.raised_at if known else at, at)
            self._tell(name, standing, is_firing=True)
        else:
            self._open[name] = msgspec.structs.replace(known, seen_at=at)

    def _begin(self, name: str, standing: Standing) -> None:
        """A state holds: tell it when it begins and when it gets worse."""
        known = self._open.get(name)
        if known is None or standing.severity > known.severity:
            raised_at = known.raised_at if known else self._clock
            self._open[name] = _opened(standing, raised_at, self._clock)
            self._tell(name, standing, is_firing=True)

    def _end(self, name: str, message: str = "") -> None:
        opened = self._open[name]
        standing = Standing(
            entity_type=opened.entity_type,
            entity_id=opened.entity_id,
            message=message,
            severity=Severity(opened.severity),
            key=_key(name),
            site=opened.site,
            device=opened.device,
            person=opened.person,
        )
        self._tell(name, standing, is_firing=False)
        del self._open[name]

    def _tell(self, name: str, standing: Standing, *, is_firing: bool) -> None:
        facts, raised_at = self._facts, self._open[name].raised_at
        subject = facts.alert_of(standing.site, standing.device)
        told = Transition(
            self._clock, _code(name), facts.kind, subject, is_firing, raised_at, standing
        )
        self._out.append(told)


def _opened(standing: Standing, raised_at: Seconds, at: Seconds) -> Opened:
    return Opened(
        raised_at,
        at,
        at,
        int(standing.severity),
        standing.entity_type,
        standing.entity_id,
        standing.site,
        standing.device,
        standing.person,
    )


def _name(code: str, key: str) -> str:
    return f"{code}|{key}"


def _code(name: str) -> str:
    return name.partition("|")[0]


def _key(name: str) -> str:
    return name.partition("|")[2]
