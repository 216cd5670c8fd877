"""Rules speak when it is time to, and say the same however the stream was cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.engine import ASK_AGAIN, FORGET, Advanced, Engine, Timed
from watchfloor.aiops.operation.events import Event, LeaveNotice, Moment, Punch, RosterPublished
from watchfloor.aiops.operation.facts.shift import KEPT, ShiftFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rule import EventRule, Standing
from watchfloor.aiops.operation.rules.attendance_missing import GRACE, AttendanceMissing
from watchfloor.aiops.operation.rules.catalogue import KINDS, LIMITS, RULES
from watchfloor.aiops.operation.stored import pack, unpack
from watchfloor.aiops.types import Seconds, Severity

HOUR = 3600.0
START = 1_767_592_800.0
MINUTE = 60.0
NOBODY_SET_ANYTHING = Directory(Limits.of(LIMITS.values()))


class Mocked(EventRule[ShiftFacts]):
    """A rule of events to test with: a position of a mock provider."""

    code: ClassVar[str] = "MOCKED"
    subject: ClassVar[type[Facts]] = ShiftFacts
    lasts: ClassVar[Seconds | None] = None

    def sees(self, event: Event, facts: ShiftFacts, directory: Directory) -> Iterable[Standing]:
        if isinstance(event, Punch) and event.mock:
            yield Standing("person", event.person, "mocked", Severity.HIGH, key=event.person)


class Mended(Mocked):
    lasts: ClassVar[Seconds | None] = 2 * HOUR


def roster(*people: str, required: int | None = None) -> Timed:
    event = RosterPublished(
        ts=Moment(START - 6 * HOUR),
        shift="S1",
        site="alpha",
        start=Moment(START),
        end=Moment(START + 8 * HOUR),
        required=len(people) if required is None else required,
        people=list(people),
    )
    return Timed(event.ts, event)


def punch(minutes: float, person: str, kind: str = "check_in", *, mock: bool = False) -> Timed:
    at = Moment(START + minutes * MINUTE)
    return Timed(at, Punch(ts=at, kind=kind, site="alpha", shift="S1", person=person, mock=mock))


def leave(minutes: float, person: str) -> Timed:
    at = Moment(START + minutes * MINUTE)
    return Timed(at, LeaveNotice(ts=at, shift="S1", person=person))


def told(advanced: Advanced) -> list[tuple[float, str, bool, str]]:
    """Minutes after the start, type, whether it begins, and of whom."""
    return [
        ((one.at - START) / MINUTE, one.code, one.is_firing, one.standing.key)
        for one in advanced.transitions
    ]


def run(events: Sequence[Timed], until: float, *rules: object) -> Advanced:
    engine = Engine(rules or [AttendanceMissing()])
    facts = ShiftFacts(code="S1")
    return engine.advance(facts, events, START + until * MINUTE, NOBODY_SET_ANYTHING)


def test_who_has_not_come_is_told_when_the_grace_is_over_and_not_before() -> None:
    events = [roster("anna", "ben"), punch(-4, "anna")]
    assert told(run(events, 9.9)) == []
    assert told(run(events, 600)) == [
        (10, "ATTENDANCE_MISSING", True, "ben"),
        (480, "ATTENDANCE_MISSING", False, "ben"),
    ]


def test_a_check_in_resolves_it() -> None:
    events = [roster("anna"), punch(25, "anna")]
    assert told(run(events, 30)) == [
        (10, "ATTENDANCE_MISSING", True, "anna"),
        (25, "ATTENDANCE_MISSING", False, "anna"),
    ]


def test_a_stand_in_counts() -> None:
    assert told(run([roster("anna"), leave(-90, "anna"), punch(2, "zoe")], 400)) == []


def test_a_roster_of_too_few_is_told_as_well() -> None:
    events = [roster("anna", required=3), punch(-4, "anna")]
    [one, over] = run(events, 600).transitions
    assert (one.standing.entity_id, one.standing.key, over.is_firing) == ("S1", "", False)
    assert "2 of 3 places" in one.standing.message
    assert told(run([*events, punch(-3, "zoe"), punch(-2, "kim")], 600)) == []


def test_a_shift_that_nobody_came_to_is_worse() -> None:
    [alone] = run([roster("anna", required=1)], 20).transitions
    one, *_ = run([roster("anna", "ben"), punch(0, "ben")], 20).transitions
    assert (alone.standing.severity, one.standing.severity) == (Severity.HIGH, Severity.MEDIUM)


def test_a_site_may_have_a_grace_of_its_own() -> None:
    limits = Limits.of(
        AttendanceMissing.limits, tenant={GRACE.name: 20.0}, sites={"alpha": {GRACE.name: 3.0}}
    )
    directory = replace(NOBODY_SET_ANYTHING, limits=limits)
    facts = ShiftFacts(code="S1")
    advanced = Engine([AttendanceMissing()]).advance(
        facts, [roster("anna")], START + 4 * MINUTE, directory
    )
    assert told(advanced) == [(3, "ATTENDANCE_MISSING", True, "anna")]


def test_a_shift_that_is_long_over_is_forgotten() -> None:
    events = [roster("anna"), punch(0, "anna"), punch(480, "anna", "check_out")]
    waiting = run(events, 490)
    assert waiting.facts is not None
    assert waiting.due_at == START + 8 * HOUR + KEPT
    assert run(events, 480 + KEPT / MINUTE).facts is None


def test_what_an_event_shows_again_and_again_is_told_now_and_then() -> None:
    events = [roster(), *(punch(minute, "anna", mock=True) for minute in range(0, 31, 5))]
    minutes = [at for at, *_ in told(run(events, 31, Mocked()))]
    assert minutes == [0, 15, 30]


def test_what_only_people_can_end_is_forgotten_without_a_word() -> None:
    late = run([punch(0, "anna", mock=True)], FORGET / MINUTE, Mocked())
    assert [one.is_firing for one in late.transitions] == [True]
    assert late.facts is None or not late.facts.open


def test_what_lasts_is_resolved_when_it_was_not_seen_for_long() -> None:
    events = [punch(0, "anna", mock=True), punch(5, "anna", mock=True)]
    assert told(run(events, 300, Mended())) == [
        (0, "MOCKED", True, "anna"),
        (125, "MOCKED", False, "anna"),
    ]


PEOPLE = st.sampled_from(["anna", "ben", "zoe"])
HAPPENINGS = st.lists(
    st.one_of(
        st.builds(
            punch,
            st.integers(-60, 3000),
            PEOPLE,
            st.sampled_from(["check_in", "check_out"]),
            mock=st.booleans(),
        ),
        st.builds(leave, st.integers(-60, 600), PEOPLE),
        st.just(roster("anna", "ben")),
        st.just(roster("zoe", required=2)),
    ),
    max_size=12,
)


@example([leave(10, "anna"), roster("anna", "ben"), punch(0, "anna")], [1], True)
@given(HAPPENINGS, st.lists(st.integers(0, 12), max_size=4), st.booleans())
def test_the_answer_does_not_depend_on_how_the_stream_was_cut(
    events: list[Timed],
    cuts: list[int],
    is_late: bool,
) -> None:
    """Nor on whether time was let pass in between, nor on a stay on disk. Late events included."""
    if not is_late:
        events = sorted(events, key=lambda timed: timed.at)
    engine, until = Engine([AttendanceMissing(), Mended()]), START + 5000 * MINUTE
    whole = engine.advance(ShiftFacts(code="S1"), events, until, NOBODY_SET_ANYTHING)
    bounds = [0, *sorted(cut for cut in cuts if cut <= len(events)), len(events)]
    parts, facts, due = [], ShiftFacts(code="S1"), None
    clock = 0.0
    for begin, end in pairwise(bounds):
        chunk = events[begin:end]
        clock = max([clock, *(timed.at for timed in chunk)])
        last = until if end == len(events) else clock
        part = engine.advance(facts, chunk, last, NOBODY_SET_ANYTHING, due)
        parts += part.transitions
        facts = part.facts or ShiftFacts(code="S1")
        facts = unpack(ShiftFacts, pack(facts))
        due = part.due_at
    assert parts == whole.transitions
    assert facts == (whole.facts or ShiftFacts(code="S1"))


def test_every_rule_of_a_kind_and_every_limit_has_a_name_of_its_own() -> None:
    names = [(rule.code, rule.subject.kind) for rule in RULES]
    assert len(set(names)) == len(names)
    declared = [limit for rule in RULES for limit in rule.limits]
    assert len(LIMITS) == len({limit.name for limit in declared})
    assert all(limit.low <= limit.default <= limit.high for limit in declared)
    assert all(limit.says.endswith(".") for limit in declared)
    assert all(kind == facts.kind for kind, facts in KINDS.items())


class Stumbling(AttendanceMissing):
    """Raises while a person of that name is rostered."""

    def holds(self, facts: ShiftFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        if "stone" in facts.people:
            raise LookupError("stone")
        return super().holds(facts, at, directory)


class StumblingOnEvents(Mocked):
    code: ClassVar[str] = "STUMBLING"

    def sees(self, event: Event, facts: ShiftFacts, directory: Directory) -> Iterable[Standing]:
        yield from super().sees(event, facts, directory)
        raise LookupError("any")


def test_a_rule_that_raises_says_nothing_ends_nothing_and_is_asked_again() -> None:
    rules = [Stumbling(), StumblingOnEvents(), Mocked()]
    lenient = Engine(rules, is_lenient=True)
    facts, end = ShiftFacts(code="S1"), START + 15 * MINUTE
    open_one = lenient.advance(facts, [roster("P1")], end, NOBODY_SET_ANYTHING)
    assert open_one.facts is not None

    stone = roster("P1", "stone")
    events = [Timed(end, stone.event), punch(16, "P2", mock=True)]
    after = lenient.advance(open_one.facts, events, end, NOBODY_SET_ANYTHING, open_one.due_at)
    assert [(one.code, one.is_firing) for one in after.transitions] == [("MOCKED", True)]
    assert after.failed.keys() == {"ATTENDANCE_MISSING", "STUMBLING"}
    assert after.facts is not None
    assert open_one.facts.open.keys() < after.facts.open.keys()
    assert after.due_at == START + 16 * MINUTE + ASK_AGAIN

    with pytest.raises(LookupError):
        Engine(rules).advance(facts, [stone], end, NOBODY_SET_ANYTHING)
