"""What rules say: sentences for whoever sits at the desk at three in the morning.

Names of things and the clock of their site; of people only their codes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from watchfloor.aiops.calendars import sla
from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.calendars.priority import Priority
from watchfloor.aiops.calendars.sla import MINUTE, Policy, ServiceLevels
from watchfloor.aiops.operation.directory import DeviceRef, Directory, PersonRef, SiteRef
from watchfloor.aiops.operation.engine import Engine, Timed
from watchfloor.aiops.operation.events import (
    ArmingState,
    Beat,
    Event,
    Fix,
    LeaveNotice,
    Moment,
    Punch,
    Reading,
    RosterPublished,
    TicketState,
    TourFinished,
    TourPlanned,
    TourScan,
    WorkOrderState,
)
from watchfloor.aiops.operation.facts import site_areas
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import KINDS, LIMITS, RULES

LEVELS = ServiceLevels({("", Priority.P1): Policy(30 * MINUTE, 60 * MINUTE)}, {}, {})
DIRECTORY = Directory(
    Limits.of(LIMITS.values()),
    sites={
        "S1": SiteRef(time_zone="Asia/Kolkata", position=(12.9, 77.6)),
        "S2": SiteRef(time_zone="Asia/Kolkata", position=(13.9, 77.6)),
    },
    devices={
        "C14": DeviceRef(site="S1", parent="R1", beat_seconds=60.0, serial="A"),
        "R1": DeviceRef(site="S1", beat_seconds=60.0),
        "B3": DeviceRef(site="S1"),
    },
    people={"G1": PersonRef(sites=frozenset({"S1"})), "G2": PersonRef()},
    extras={site_areas.EXTRA: {("S1", ""): Calendar("Mon-Fri 08:00-18:00", "Asia/Kolkata")},
            sla.EXTRA: LEVELS},
    names={
        "site": {"S1": "Harbour", "S2": "Mill"},
        "device": {"C14": "Camera 14", "R1": "Recorder", "B3": "Button 3"},
        "post": {"S1-P1": "Main gate", "S1-P2": "Gate of Harbour"},
        "route": {"N1": "Night round"},
        "asset": {"V7": "Van 7"},
    },
)  # fmt: skip


def at(text: str) -> Moment:
    """Day of March 2026 and time, by the clocks of both sites; the 2nd is a Monday."""
    clock = ZoneInfo("Asia/Kolkata")
    return Moment(datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=clock).timestamp())


def said(
    kind: str, code: str, *events: Event, until: str, known: Directory = DIRECTORY
) -> set[str]:
    subject: type[Facts] = KINDS[kind]
    heard = sorted((Timed(float(event.ts), event) for event in events), key=lambda one: one.at)
    advanced = Engine(RULES).advance(subject(code=code), heard, at(until), known)
    return {one.standing.message for one in advanced.transitions if one.is_firing}


def roster(*people: str, start: str = "02 22:00", end: str = "03 06:00", **more: Any) -> Event:
    told = {"required": len(people), "post": "S1-P1", **more}
    return RosterPublished(
        ts=at("01 09:00"), shift="S1-0302-3", site="S1", start=at(start), end=at(end),
        people=list(people), **told,
    )  # fmt: skip


def punch(text: str, person: str, kind: Any = "check_in", **more: Any) -> Event:
    return Punch(ts=at(text), kind=kind, person=person, **{"site": "S1", **more})


def on_shift(text: str, person: str, kind: Any = "check_in", **more: Any) -> Event:
    return punch(text, person, kind, shift="S1-0302-3", **more)


SHIFT = "the night shift at Harbour, Main gate"


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ([roster("G1", "G2")], f"Nobody has come to {SHIFT} (22:00, 0 of 2 came): G1 is missing"),
        (
            [roster("G1", "G2"), on_shift("02 21:50", "G1")],
            f"G2 has not come to {SHIFT} (22:00, 1 of 2 came)",
        ),
        (
            [roster("G1"), LeaveNotice(ts=at("02 12:00"), shift="S1-0302-3", person="G1")],
            f"G1 is on leave and nobody stands in on {SHIFT} (22:00, 0 of 1 came)",
        ),
        (
            [roster(required=2)],
            f"Nobody is rostered for 2 of 2 places on {SHIFT} (22:00, 0 of 2 came)",
        ),
        (
            [roster("G1"), on_shift("02 21:50", "G1"), on_shift("03 01:00", "G2")],
            "G2 checked in to the night shift at Harbour, Main gate (Mon 22:00)"
            " without standing on its roster",
        ),
        (
            [roster("G1"), on_shift("02 21:55", "G1", site="S2")],
            f"G1 checked in at Mill for {SHIFT} (22:00)",
        ),
        (
            [roster("G1"), on_shift("02 19:55", "G1")],
            f"G1 checked in to {SHIFT} (22:00) 125 minutes before it begins",
        ),
        (
            [roster("G1"), on_shift("02 22:00", "G1"), on_shift("03 05:00", "G1", "check_out")],
            f"G1 left {SHIFT} (Mon 22:00) 60 minutes before its end",
        ),
    ],
)
def test_a_shift_is_called_by_its_time_of_day_place_and_start(
    events: list[Event], sentence: str
) -> None:
    assert sentence in said("shift", "S1-0302-3", *events, until="03 05:30")


@pytest.mark.parametrize(
    ("start", "end", "called"),
    [
        ("02 06:00", "02 14:00", "the day shift at Harbour, Main gate (06:00,"),
        ("02 14:00", "02 22:00", "the evening shift at Harbour, Main gate (14:00,"),
        ("02 20:00", "03 08:00", "the night shift at Harbour, Main gate (20:00,"),
    ],
)
def test_a_shift_belongs_to_the_hours_in_its_middle(start: str, end: str, called: str) -> None:
    [sentence] = said("shift", "S1-0302-3", roster("G1", start=start, end=end), until="03 05:00")
    assert called in sentence


def test_where_nobody_gave_a_name_the_code_stands_and_the_worlds_clock_says_so() -> None:
    unknown = replace(DIRECTORY, names={}, sites={})
    [sentence] = said("shift", "S1-0302-3", roster("G1"), until="02 23:00", known=unknown)
    assert "the evening shift at S1-P1 (16:30 UTC, 0 of 1 came)" in sentence


def test_a_name_that_holds_its_sites_name_says_it_once() -> None:
    [sentence] = said("shift", "S1-0302-3", roster("G1", post="S1-P2"), until="02 23:00")
    assert "the night shift at Gate of Harbour (22:00, " in sentence


def test_a_silent_device_is_told_with_its_place_since_when_and_what_it_depends_on() -> None:
    def beats(device: str, second: int) -> list[Event]:
        first = at("03 01:10") + second
        return [Beat(ts=Moment(first + 60 * minute), device=device) for minute in range(60)]

    told = said("site_devices", "S1", *beats("C14", 0), *beats("R1", 20), until="03 03:00")
    assert told == {
        "Recorder at Harbour has been silent since 02:09",
        "Camera 14 at Harbour has been silent since 02:09, like Recorder, which it depends on",
    }


def test_what_devices_say_of_themselves_is_told_by_name() -> None:
    odd = [
        Beat(ts=at("03 02:09"), device="C14", serial="A"),
        Beat(ts=at("03 02:10"), device="C14", serial="B", sync=41.0),
    ]
    assert said("site_devices", "S1", *odd, until="03 02:11") == {
        "Camera 14 at Harbour may be another:"
        " it speaks with another serial than the registered one",
        "Camera 14 at Harbour falls behind its server: 41 of 100",
    }


def test_areas_are_told_with_the_hours_they_break() -> None:
    def disarmed(text: str, area: str) -> Event:
        return ArmingState(ts=at(text), site="S1", state="disarmed", area=area)

    told = said("site_areas", "S1", disarmed("02 08:00", "vault"), until="02 20:00")
    assert told == {
        "vault at Harbour is still disarmed, though it closed at 18:00",
        "vault at Harbour is left disarmed, closed since 18:00",
    }
    assert "Harbour was disarmed at 05:10, though it opens at 08:00" in said(
        "site_areas", "S1", ArmingState(ts=at("02 20:00"), site="S1", state="armed"),
        disarmed("03 05:10", ""), until="03 05:30",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "area", "person", "sentence"),
    [
        ("PANIC", "Gate", "", "Panic alarm at Harbour, Gate, from Button 3 at 02:10"),
        ("DOOR", "", "", "Door opened at Harbour, from Button 3 at 02:10, while armed"),
        ("SMOKE", "", "", "Smoke at Harbour, from Button 3 at 02:10"),
        ("MAN_DOWN", "", "G1", "Man down at Harbour, from Button 3 of G1 at 02:10"),
        (
            "GLASS_BREAK",
            "vault",
            "",
            "Glass break at Harbour, vault, from Button 3 at 02:10, while armed",
        ),
    ],
)
def test_what_sensors_see_says_what_where_and_when(
    kind: str, area: str, person: str, sentence: str
) -> None:
    armed = ArmingState(ts=at("02 18:00"), site="S1", state="armed")
    seen = Reading(ts=at("03 02:10"), device="B3", kind=kind, area=area, person=person)
    assert said("site_areas", "S1", armed, seen, until="03 02:10") == {sentence}


def test_tours_are_called_by_their_route() -> None:
    def planned(**more: Any) -> Event:
        return TourPlanned(
            ts=at("02 20:00"), tour="T-77", site="S1", start=at("03 01:00"), end=at("03 02:10"),
            checkpoints=list("abcd"), **more,
        )  # fmt: skip

    scan = TourScan(ts=at("03 01:20"), tour="T-77", checkpoint="a")
    ended = TourFinished(ts=at("03 02:50"), tour="T-77")
    assert said("tour", "T-77", planned(route="N1"), scan, ended, until="03 03:00") == {
        "Night round at Harbour is overdue since 02:10: 1 of 4 checkpoints",
        "Night round at Harbour ended after 1 of 4 checkpoints",
    }
    assert said("tour", "T-77", planned(), until="03 03:00") == {
        "Tour T-77 at Harbour is overdue since 02:10: 0 of 4 checkpoints"
    }


def test_tickets_and_work_orders_say_by_when_they_were_promised() -> None:
    ticket = TicketState(ts=at("02 23:30"), ticket="T-9", state="NEW", site="S1", priority=1)
    told = said("ticket", "T-9", ticket, until="03 00:45")
    assert "P1 ticket T-9 at Harbour was promised by 00:00 and is not taken up" in told
    assert "P1 ticket T-9 at Harbour was promised by 00:30 and is not done" in told

    order = WorkOrderState(
        ts=at("01 09:00"), work_order="W-2", state="OPEN", site="S1", due=at("02 23:00")
    )
    late = said("work_order", "W-2", order, until="03 00:45")
    assert "P3 work order W-2 at Harbour is overdue since 23:00" in late


def fix(text: str, lat: float = 12.9, accuracy: float = 10.0, **more: Any) -> Event:
    return Fix(ts=at(text), lat=lat, lon=77.6, accuracy=accuracy, **{"device": "phone", **more})


@pytest.mark.parametrize(
    ("kind", "code", "events", "sentence"),
    [
        (
            "person", "G2",
            [punch("02 22:00", "G2"), *(fix(f"02 22:{m}", 12.91, person="G2") for m in (40, 45))],
            "G2 is outside Harbour: 1112 m from its middle, give or take 10 m",
        ),
        (
            "asset", "V7", [fix("02 22:10", 12.91, asset="V7", site="S1"),
                            fix("02 22:15", 12.91, asset="V7", site="S1")],
            "Van 7 is outside Harbour: 1112 m from its middle, give or take 10 m",
        ),
        (
            "person", "G2",
            [punch("02 22:00", "G2"),
             *(fix(f"02 22:{m}", 12.9, 400.0, person="G2") for m in (10, 20, 30))],
            "Positions of G2 at Harbour are good to 400 m only",
        ),
        (
            "person", "G1", [punch("02 22:00", "G1", site="S2")],
            "G1 checked in at Mill, where that person may not work",
        ),
        (
            "person", "G2", [punch("02 06:00", "G2")],
            "G2 at Harbour has worked for 16 hours without a break, since 06:00",
        ),
        (
            "person", "G2", [punch("02 22:00", "G2"), punch("02 22:20", "G2", site="S2")],
            "G2 at Mill and at Harbour: 110.8 km apart within 20 min;"
            " the way takes at least 44 min.",
        ),
    ],
)  # fmt: skip
def test_people_are_told_by_code_with_where_and_since_when(
    kind: str, code: str, events: list[Event], sentence: str
) -> None:
    assert sentence in said(kind, code, *events, until="02 23:30")
