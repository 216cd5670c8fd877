"""Each pattern is seen where its sentence holds, and not a minute or a count before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.pure.patterns.seeing import AT, ago, guard, shift, signs, site, ticket, tour
from watchfloor.aiops.findings.draft import FindingDraft
from watchfloor.aiops.findings.runbooks import matching, shipped
from watchfloor.aiops.inspection.cadences import PATTERNS
from watchfloor.aiops.patterns import (
    coverage_gap,
    device_failure,
    escalation_break,
    guard_distress,
    phantom_guard,
    resource_shortage,
    silent_site,
    sla_storm,
    suspicious_hours,
    tour_abandonment,
)
from watchfloor.aiops.patterns.observation import AlarmSeen, PersonSeen, SiteObservation
from watchfloor.aiops.types import Severity

Seen = Callable[[SiteObservation], Iterator[FindingDraft]]
LATE = {"end": ago(40), "planned": 10}
OVERDUE = tuple(ticket(f"K{n}", is_overdue=True) for n in range(7))
LATE_TOURS = tuple(tour(f"T{n}", **LATE) for n in range(3))
ALARMS = tuple(AlarmSeen("DOOR", ago(n), Severity.LOW) for n in range(10))
INTRUSION = AlarmSeen("INTRUSION", ago(25), Severity.HIGH)
HEARD = {"signs": signs(phone_events=5), "last_sign_at": ago(30)}


def found(seen: Seen, *people: PersonSeen, **told: Any) -> list[str]:
    return [one.entity_id or one.site for one in seen(site(*people, **told))]


def test_a_site_is_silent_once_nobody_of_those_long_on_post_gave_any_sign() -> None:
    seen = silent_site.seen

    assert found(seen, guard(), guard("P2")) == ["S1"]
    assert found(seen, guard(minutes=59)) == [], "they have just come"
    assert found(seen) == [], "nobody is there"
    assert found(seen, guard(), guard("P2", signs=signs(tasks_completed=1))) == []
    assert found(seen, guard(), unattributed=signs(location_updates=1)) == []
    assert found(seen, guard(), covers=frozenset()) == [], "nothing ever speaks there"


def test_a_tour_is_abandoned_half_an_hour_after_its_last_scan() -> None:
    seen = tour_abandonment.seen
    left = {"started_at": ago(90), "last_scan_at": ago(30), "scanned": 4}

    assert found(seen, tours=(tour(**left),)) == ["T1"]
    assert found(seen, tours=(tour(**{**left, "last_scan_at": ago(29)}),)) == []
    assert found(seen, tours=(tour(started_at=ago(31)),)) == ["T1"]
    assert found(seen, tours=(tour(**left, finished_at=ago(5)),)) == []
    assert found(seen, tours=(tour(**{**left, "scanned": 10}),)) == [], "nothing is left of it"
    assert found(seen, tours=(tour(),)) == [], "it has not begun"


def test_a_storm_takes_overdue_tickets_late_tours_and_alerts_together() -> None:
    whole = {"tickets": OVERDUE[:5], "tours": LATE_TOURS, "alarms": ALARMS}

    assert found(sla_storm.seen, **whole) == ["S1"]
    for name, fewer in (
        ("tickets", OVERDUE[:4]),
        ("tours", LATE_TOURS[:2]),
        ("alarms", ALARMS[1:]),
    ):
        assert found(sla_storm.seen, **{**whole, name: fewer}) == []
    finished = tuple(tour(f"T{n}", **LATE, finished_at=ago(1)) for n in range(3))
    assert found(sla_storm.seen, **{**whole, "tours": finished}) == []
    ending = tuple(tour(f"T{n}", end=AT) for n in range(3))
    assert found(sla_storm.seen, **{**whole, "tours": ending}) == [], "they are not late yet"
    for minutes, seen in ((60, ["S1"]), (61, [])):
        oldest = (*ALARMS[1:], AlarmSeen("DOOR", ago(minutes), Severity.LOW))
        assert found(sla_storm.seen, **{**whole, "alarms": oldest}) == seen


def test_a_phantom_moves_for_two_hours_without_any_work() -> None:
    seen = phantom_guard.seen
    moving = {"signs": signs(location_updates=3), "signs_earlier": signs(location_updates=2)}

    assert found(seen, guard(**moving), guard("P2", **moving)) == ["P1", "P2"], "not only the first"
    assert found(seen, guard(minutes=119, **moving)) == []
    assert found(seen, guard(signs=signs(location_updates=4))) == []
    assert found(seen, guard(signs=signs(location_updates=9, tour_checkpoints=1))) == []
    assert found(seen, guard(**moving), covers=frozenset({"location_updates"})) == []


def test_half_a_phone_is_known_by_the_half_that_works() -> None:
    seen = device_failure.seen
    people = (
        guard("P1", signs=signs(phone_events=5)),
        guard("P2", signs=signs(location_updates=5)),
        guard("P3", signs=signs(phone_events=5, location_updates=1)),
        guard("P4", signs=signs(phone_events=4)),
    )

    assert [(one.finding_type, one.entity_id) for one in seen(site(*people))] == [
        (device_failure.NO_POSITIONS, "P1"),
        (device_failure.NO_EVENTS, "P2"),
    ]
    assert found(seen, *people, covers=frozenset({"phone_events"})) == []
    both = frozenset({"phone_events", "location_updates"})
    assert found(seen, *people, covers=both) == ["P1", "P2"], "nothing else is needed"


def test_signs_of_people_where_no_shift_is_are_suspicious_and_more_so_at_night() -> None:
    seen = suspicious_hours.seen
    stranger = PersonSeen("P9", is_rostered=False, signs=signs(location_updates=3))

    assert found(seen, stranger) == ["P9"]
    assert found(seen, stranger, shifts=(shift(),)) == []
    assert found(seen, stranger, covers=frozenset({"phone_events"})) == [], "it has no hours"
    assert found(seen, PersonSeen("P9", is_rostered=False, signs=signs(phone_events=2))) == []
    at_home = PersonSeen("P9", is_rostered=False, signs=signs(phone_events=5), without_site=3)
    assert found(seen, at_home) == [], "the phone may be anywhere"
    assert found(seen, replace(at_home, without_site=2)) == ["P9"]
    [by_day], [by_night] = seen(site(stranger)), seen(site(stranger, time_zone="Asia/Karachi"))
    assert (by_day.severity, by_night.severity) == (Severity.MEDIUM, Severity.HIGH)


def test_who_falls_silent_with_an_alarm_may_be_in_distress() -> None:
    seen = guard_distress.seen

    assert found(seen, guard(**HEARD), alarms=(INTRUSION,)) == ["P1"]
    assert found(seen, guard(**{**HEARD, "last_sign_at": ago(24)}), alarms=(INTRUSION,)) == []
    early = AlarmSeen("INTRUSION", ago(19), Severity.HIGH)
    assert found(seen, guard(**HEARD), alarms=(early,)) == [], "they may be looking"
    assert found(seen, guard(**HEARD), alarms=(AlarmSeen("DOOR", ago(25), Severity.HIGH),)) == []
    assert found(seen, guard(signs=signs(phone_events=4), last_sign_at=ago(30)),
                 alarms=(INTRUSION,)) == []  # fmt: skip


def test_people_are_too_few_by_the_roster_and_by_what_is_late() -> None:
    seen, short = resource_shortage.seen, (shift(present=1),)

    assert found(seen, shifts=short, tickets=OVERDUE[:2], tours=LATE_TOURS[:2]) == ["S1"]
    assert found(seen, shifts=short, tickets=OVERDUE[:3]) == []
    assert found(seen, shifts=(shift(),), tickets=OVERDUE) == []
    assert found(seen, shifts=(shift(present=0),), tickets=OVERDUE) == [], "this is a gap"
    assert found(seen, shifts=(shift(begun=14, present=1),), tickets=OVERDUE) == []


def test_a_shift_that_nobody_stands_or_will_stand_is_a_gap() -> None:
    seen = coverage_gap.seen

    assert found(seen, shifts=(shift(present=0),)) == ["D1"]
    assert found(seen, shifts=(shift(begun=14, present=0),)) == [], "they may be late"
    assert found(seen, shifts=(shift(present=1),)) == []
    assert found(seen, shifts=(shift(present=0, required=0),)) == []
    assert found(seen, shifts=(shift(begun=-60, present=0, expected=1),)) == ["D1"]
    assert found(seen, shifts=(shift(begun=-61, present=0, expected=1),)) == []
    assert found(seen, shifts=(shift(begun=-30, present=0),)) == []


def test_a_gap_says_who_else_is_there_and_is_as_grave_as_that_leaves_it() -> None:
    gap, other = shift(begun=30, present=0), shift("D2", begun=90, present=2)
    over = shift("D0", begun=520, present=2)
    two = (guard("P1"), guard("P2"))
    told = [
        [(one.severity, one.title.partition("; ")[2], one.evidence["on_other_shifts"])
         for one in coverage_gap.seen(site(*people, shifts=shifts))]
        for people, shifts in ((two, (other, gap)), (two, (over, gap)), ((), (over, gap)))
    ]  # fmt: skip
    assert told == [
        [(Severity.HIGH, "on other shifts there: 2", 2)],
        [(Severity.CRITICAL, "checked in there on no shift: 2", 0)],
        [(Severity.CRITICAL, "", 0)],
    ]


def test_an_escalated_ticket_that_is_nobodys_breaks_the_chain() -> None:
    seen = escalation_break.seen

    assert found(seen, tickets=(ticket(level=1, still=15),)) == ["K1"]
    assert found(seen, tickets=(ticket(level=1, still=14),)) == []
    assert found(seen, tickets=(ticket(level=0),)) == []
    assert found(seen, tickets=(ticket(level=2, is_assigned=True),)) == []


MOVING = guard(signs=signs(location_updates=3), signs_earlier=signs(location_updates=2))
STRANGER = PersonSeen("P9", is_rostered=False, signs=signs(location_updates=3))
ABANDONED = tour(started_at=ago(90), last_scan_at=ago(30), scanned=4)
GRAVEST = (
    (silent_site.seen, site(guard())),
    (tour_abandonment.seen, site(tours=(ABANDONED,))),
    (sla_storm.seen, site(tickets=OVERDUE, tours=LATE_TOURS, alarms=ALARMS)),
    (phantom_guard.seen, site(MOVING)),
    (device_failure.seen, site(guard(signs=signs(phone_events=5)))),
    (device_failure.seen, site(guard(signs=signs(location_updates=5)))),
    (suspicious_hours.seen, site(STRANGER, time_zone="Asia/Karachi")),
    (guard_distress.seen, site(guard(**HEARD), alarms=(INTRUSION,))),
    (resource_shortage.seen, site(shifts=(shift(present=1),), tickets=OVERDUE)),
    (coverage_gap.seen, site(shifts=(shift(present=0),))),
    (escalation_break.seen, site(tickets=(ticket(level=1),))),
)


@pytest.mark.parametrize(("seen", "at_its_worst"), GRAVEST)
def test_each_is_at_its_worst_as_grave_as_its_runbook_and_the_work_of_the_same_people(
    seen: Seen, at_its_worst: SiteObservation
) -> None:
    [draft] = seen(at_its_worst)
    runbook = matching(shipped(), draft.finding_type, draft.category, draft.severity)

    assert runbook.finding_type == draft.finding_type
    assert (draft.category, draft.severity.name) == (runbook.category, runbook.severity)


@pytest.mark.parametrize("check", PATTERNS, ids=lambda one: one.finding_types[0])
def test_nothing_is_seen_of_a_quiet_and_complete_site(check: Any) -> None:
    well = signs(phone_events=6, location_updates=6, tasks_completed=2)
    at_work = guard(signs=well, last_sign_at=AT)

    assert list(check.seen(site(at_work, shifts=(shift(),), tickets=(ticket(),)))) == []


def test_what_is_found_is_said_with_names_and_the_clock_of_the_site() -> None:
    known: dict[str, Any] = {"name": "Harbour", "time_zone": "Asia/Karachi"}
    nobody = shift(begun=30, present=0)
    few = shift(begun=-20, expected=1)
    walked = replace(tour(started_at=ago(90), scanned=4), name="Night round")
    told = [
        *coverage_gap.seen(site(shifts=(nobody, few), **known)),
        *silent_site.seen(site(guard(), guard("P2"), **known)),
        *tour_abandonment.seen(site(tours=(walked, tour(started_at=ago(31))), **known)),
        *suspicious_hours.seen(site(STRANGER, **known)),
    ]
    assert [one.title for one in told] == [
        "Nobody is on post on the night shift at Harbour (00:56)",
        "1 of 2 are missing for the night shift at Harbour (01:46), which begins within the hour",
        "2 on post at Harbour, and no sign of any of them for an hour",
        "Night round at Harbour stopped after 4 of 10 checkpoints",
        "Tour T1 at Harbour stopped after 0 of 10 checkpoints",
        "P9 is about at Harbour, where no shift is",
    ]
    assert {one.site for one in told} == {"S1"}
