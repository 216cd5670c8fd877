"""Whether areas are armed when they are to be, and what their sensors see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.operation.directory import DeviceRef, Directory
from watchfloor.aiops.operation.engine import Engine, Timed, Transition
from watchfloor.aiops.operation.events import ArmingState, Event, Moment, Reading
from watchfloor.aiops.operation.facts.site_areas import EXTRA, SiteAreasFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import LIMITS, RULES, URGENT_READINGS
from watchfloor.aiops.types import LIFE_SAFETY_TYPES, Severity

ENGINE = Engine(RULES)
LONDON = ZoneInfo("Europe/London")
HOURS = Calendar("Mon-Fri 08:00-18:00", "Europe/London", frozenset({date(2026, 3, 30)}))
DIRECTORY = Directory(
    Limits.of(LIMITS.values()),
    devices={"pir": DeviceRef(site="bank")},
    extras={EXTRA: {("bank", ""): HOURS, ("bank", "night shop"): Calendar("22:00-06:00")}},
)


def moment(text: str) -> Moment:
    """March 2026, by the clocks of London: summer time begins on Sunday 29."""
    return Moment(datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=LONDON).timestamp())


def arming(text: str, state: Any, area: str = "") -> Timed:
    at = moment(text)
    return Timed(at, ArmingState(ts=at, site="bank", state=state, area=area, person="anna"))


def reading(text: str, kind: str, **fields: Any) -> Timed:
    at = moment(text)
    return Timed(at, Reading(ts=at, kind=kind, device=fields.pop("device", "pir"), **fields))


def transitions(events: list[Timed], until: str) -> list[Transition]:
    facts = SiteAreasFacts(code="bank")
    return ENGINE.advance(facts, events, moment(until), DIRECTORY).transitions


def told(*events: Timed, until: str) -> list[str]:
    return [_line(one) for one in transitions(list(events), until)]


def _line(one: Transition) -> str:
    local = datetime.fromtimestamp(one.at, LONDON)
    return f"{local:%d %H:%M} {'-+'[one.is_firing]}{one.code}"


def test_what_stays_open_after_its_hours_is_told_and_then_counts_as_left_so() -> None:
    assert told(arming("24 07:50", "disarmed"), arming("24 19:30", "armed"), until="25 12:00") == [
        "24 18:15 +LATE_TO_CLOSE",
        "24 19:00 +NOT_ARMED",
        "24 19:30 -LATE_TO_CLOSE",
        "24 19:30 -NOT_ARMED",
    ]


def test_over_a_weekend_a_holiday_and_the_change_of_the_clocks_the_next_opening_ends_it() -> None:
    assert told(arming("27 08:00", "disarmed"), until="31 12:00") == [
        "27 18:15 +LATE_TO_CLOSE",
        "27 19:00 +NOT_ARMED",
        "31 08:00 -LATE_TO_CLOSE",
        "31 08:00 -NOT_ARMED",
    ]


def test_what_is_disarmed_well_before_its_opening_is_told_until_then() -> None:
    assert told(arming("24 20:00", "armed"), arming("25 07:15", "disarmed"), until="25 12:00") == [
        "25 07:15 +EARLY_OPEN",
        "25 08:00 -EARLY_OPEN",
    ]
    assert told(
        arming("24 20:00", "armed"), arming("25 07:40", "disarmed"), until="25 12:00"
    ) == []  # fmt: skip


def test_midnight_closes_nothing() -> None:
    shop = arming("24 21:50", "disarmed", "night shop"), arming("25 06:10", "armed", "night shop")

    assert told(*shop, until="25 12:00") == []


def test_an_old_message_that_comes_late_does_not_undo_a_newer_one() -> None:
    events = [
        arming("24 18:05", "armed"),
        Timed(moment("24 07:50"), arming("24 07:50", "disarmed").event),
    ]

    assert told(*events, until="25 07:00") == []


@pytest.mark.parametrize(
    ("state", "kind", "counts"),
    [
        ("armed", "MOTION", True),
        ("part_armed", "MOTION", False),
        ("part_armed", "door", True),
        ("disarmed", "GLASS_BREAK", False),
        ("armed", "HUMIDITY", False),
    ],
)
def test_a_sensor_counts_by_how_its_area_is_armed(state: str, kind: str, *, counts: bool) -> None:
    seen = told(arming("24 10:00", state), reading("24 11:00", kind), until="24 12:00")

    assert bool(seen) is counts


def test_out_of_hours_what_breaks_in_counts_even_where_nothing_is_armed() -> None:
    night = [reading("24 03:00", "INTRUSION", area="vault"), reading("24 03:01", "MOTION")]

    [one] = transitions(night, "24 04:00")
    assert (one.code, one.standing.severity) == ("SECURITY_ANOMALY", Severity.CRITICAL)
    assert one.standing.message == "Intrusion at bank, vault, from pir at 03:00 UTC"
    assert told(reading("24 11:00", "INTRUSION"), until="24 12:00") == []


def test_a_motion_is_less_sure_than_a_broken_window() -> None:
    armed = arming("24 10:00", "armed")
    seen = [armed, reading("24 11:00", "MOTION"), reading("24 11:01", "GLASS_BREAK")]
    severities = [one.standing.severity for one in transitions(seen, "24 12:00")]
    assert severities == [Severity.HIGH, Severity.CRITICAL]


def test_a_sensor_that_says_all_is_well_raises_nothing() -> None:
    quiet: list[Event] = [
        Reading(ts=moment("24 03:00"), device="pir", kind="INTRUSION", state="clear"),
        Reading(ts=moment("24 03:01"), device="pir", kind="SMOKE", value=0.0),
    ]

    assert told(*(Timed(event.ts, event) for event in quiet), until="24 04:00") == []


@pytest.mark.parametrize(
    ("kind", "code"), [("smoke", "FIRE"), *((kind, kind) for kind in sorted(LIFE_SAFETY_TYPES))]
)
def test_danger_to_people_is_told_whatever_is_armed_and_wherever_it_is(
    kind: str, code: str
) -> None:
    [one] = transitions([reading("24 11:00", kind, device="button")], "28 12:00")

    assert (one.code, one.standing.severity) == (code, Severity.CRITICAL)


def test_what_the_tenant_counts_as_danger_is_told_by_its_own_name_and_once() -> None:
    directory = replace(DIRECTORY, own_life_safety=frozenset({"LONE_WORKER", "GLASS_BREAK"}))
    events = [
        reading("24 03:00", "lone-worker", person="anna"),
        reading("24 03:01", "lone-worker", state="OK"),
        reading("24 03:02", "GLASS_BREAK"),
        reading("24 03:03", "GAS"),
    ]
    facts = SiteAreasFacts(code="bank")
    told = ENGINE.advance(facts, events, moment("28 12:00"), directory).transitions

    assert [(one.standing.alert_type, one.standing.severity) for one in told] == [
        ("LONE_WORKER", Severity.CRITICAL),
        ("GLASS_BREAK", Severity.CRITICAL),
    ]
    assert len({one.standing.key for one in told}) == 2


def test_who_presses_again_is_told_again_at_once() -> None:
    """Somebody may have taken the first time for done; a burst of an area's sensors is one."""
    presses = [reading(f"24 11:{minute:02}", "PANIC", device="button") for minute in (0, 1, 4)]
    burst = [reading("24 03:00", "GLASS_BREAK"), reading("24 03:00", "GLASS_BREAK")]
    back = reading("24 03:05", "GLASS_BREAK")

    assert [line[:8] for line in told(*presses, until="24 12:00")] == [
        "24 11:00", "24 11:01", "24 11:04",
    ]  # fmt: skip
    assert [line[:8] for line in told(*burst, back, until="24 04:00")] == ["24 03:00", "24 03:05"]


def test_every_reading_that_means_danger_to_people_overtakes_the_others() -> None:
    assert {"SMOKE", "HEAT"} | LIFE_SAFETY_TYPES == URGENT_READINGS
