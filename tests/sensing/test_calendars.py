"""Rosters as Outlook and Google export them come in, or it is told what is wrong with which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.make import make_tenant
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.errors import Invalid
from watchfloor.platform.importing import ImportReport
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive.drain import EventDrain
from watchfloor.sensing.rosters.calendars import of_calendar
from watchfloor.sensing.rosters.services import publish
from watchfloor.sensing.rosters.tables import Roster, of_table

NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)
OUTLOOK = """BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
X-MS-OLK-FORCEINSPECTOROPEN:TRUE
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;CN="Lee, Ann";RSVP=TRUE:mailto:Ann.Lee@example.com
ATTENDEE;CN=Bob Ray;PARTSTAT=DECLINED;RSVP=TRUE:mailto:bob@example.com
ATTENDEE;CUTYPE=ROOM;CN=Control room;RSVP=TRUE:mailto:room@example.com
CLASS:PUBLIC
CREATED:20260301T080000Z
DESCRIPTION: \\n
DTEND;TZID="W. Europe Standard Time":20260329T060000
DTSTAMP:20260301T080000Z
DTSTART;TZID="W. Europe Standard Time":20260328T220000
LAST-MODIFIED:20260301T080000Z
LOCATION:Alpha HQ
ORGANIZER;CN=Planning:mailto:planning@example.com
PRIORITY:5
SEQUENCE:0
SUMMARY;LANGUAGE=en-gb:Night shift
TRANSP:OPAQUE
UID:040000008200E00074C5B7101A82E00800000000B0C1D2E3F4A5DC01000000000000000
 010000000A1B2C3D4E5F60718293A4B5C6D7E8F90
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""
GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Roster
X-WR-TIMEZONE:Europe/Paris
BEGIN:VEVENT
DTSTART;TZID=Europe/Paris:20260330T060000
DTEND;TZID=Europe/Paris:20260330T140000
RRULE:FREQ=DAILY;UNTIL=20260402T215959Z
{more}DTSTAMP:20260327T090000Z
ORGANIZER;CN=planning@example.com:mailto:planning@example.com
UID:3k2j1h0g9f8e7d6c5b4a@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=planni
 ng@example.com;X-NUM-GUESTS=0:mailto:planning@example.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
 TRUE;CN=ann.lee@example.com;X-NUM-GUESTS=0:mailto:ann.lee@example.com
LOCATION:Alpha HQ\\, 1 Main Street\\, Paris
SEQUENCE:1
STATUS:CONFIRMED
SUMMARY:Early
TRANSP:OPAQUE
END:VEVENT
{events}END:VCALENDAR
"""
CANCELLED = """BEGIN:VEVENT
DTSTART;TZID=Europe/Paris:20260331T060000
DTEND;TZID=Europe/Paris:20260331T140000
UID:3k2j1h0g9f8e7d6c5b4a@google.com
RECURRENCE-ID;TZID=Europe/Paris:20260331T060000
LOCATION:Alpha HQ
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Europe/Paris:20260402T080000
DTEND;TZID=Europe/Paris:20260402T140000
UID:3k2j1h0g9f8e7d6c5b4a@google.com
RECURRENCE-ID;TZID=Europe/Paris:20260402T060000
ATTENDEE;CN=Bob Ray:mailto:nobody@example.com
LOCATION:S1
END:VEVENT
"""
TAKEN_OUT = "EXDATE;TZID=Europe/Paris:20260401T060000\n"


def written(*events: str) -> str:
    told = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\n{told}END:VCALENDAR\n"


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    tenant = make_tenant()
    site = {"code": "S1", "name": "Alpha HQ", "time_zone": "Europe/Paris"}
    people = [
        {"code": "P1", "name": "Ann Lee", "email": "ann.lee@example.com"},
        {"code": "P2", "name": "Bob Ray"},
    ]
    with tenant_scope(tenant.id):
        rows = {InventoryKind.SITE: [site], InventoryKind.PERSON: people}
        inventory.import_inventory(rows, by=SYSTEM, now=NOW)
    return tenant


def published(tenant: Tenant, roster: Roster) -> ImportReport:
    with tenant_scope(tenant.id):
        report = publish(roster, scope=EVERYTHING, by=SYSTEM, now=NOW)
    EventDrain()._work(tenant.id, NOW)
    return report


def standing(tenant: Tenant) -> list[tuple[str, int, list[str]]]:
    with tenant_scope(tenant.id):
        return [
            (
                f"{shift.starts_at:%d %H:%M}",
                shift.required,
                sorted(
                    Assignment.objects.filter(shift=shift).values_list("person_code", flat=True)
                ),
            )
            for shift in Shift.objects.order_by("starts_at")
        ]


def test_an_export_of_outlook_comes_in_with_its_zones_names_and_answers(tenant: Tenant) -> None:
    report = published(tenant, of_calendar(OUTLOOK.replace("\n", "\r\n"), now=NOW))
    assert (report.created, report.errors, report.notes) == (1, [], [])
    # The one who declined is needed and not rostered; the room and the planner are neither.
    assert standing(tenant) == [("28 21:00", 2, ["P1"])]


def test_an_export_of_google_comes_in_and_what_is_cancelled_needs_nobody(tenant: Tenant) -> None:
    early = ["P1"]
    whole = published(tenant, of_calendar(GOOGLE.format(more="", events=""), now=NOW))
    assert (whole.created, whole.errors, whole.notes) == (4, [], [])
    assert standing(tenant) == [
        ("30 04:00", 1, early), ("31 04:00", 1, early), ("01 04:00", 1, early),
        ("02 04:00", 1, early),
    ]  # fmt: skip
    changed = of_calendar(GOOGLE.format(more=TAKEN_OUT, events=CANCELLED), now=NOW)
    report = published(tenant, changed)
    assert (report.created, report.changed, report.errors) == (0, 4, [])
    assert report.notes == ["2 shifts are cancelled: nobody is needed for them any more"]
    assert standing(tenant) == [
        ("30 04:00", 1, early), ("31 04:00", 0, []), ("01 04:00", 0, []), ("02 06:00", 1, ["P2"]),
    ]  # fmt: skip
    never = written(
        "UID:a@x\nDTSTART:20260401T060000\nDTEND:20260401T140000\nSTATUS:CANCELLED\nLOCATION:S1"
    )
    report = published(tenant, of_calendar(never, now=NOW))
    assert (report.created, report.changed, report.errors) == (0, 0, [])
    assert report.notes == ["1 cancelled shifts were never published: they are left out"]


def test_people_and_sites_of_a_table_are_understood_by_name_and_address(tenant: Tenant) -> None:
    row = {"shift": "A", "Site": "alpha hq", "start": "1.4.2026 6:00", "end": "01.04.2026 14:00"}
    named = "P2, ANN.LEE@example.com, Ann Lee"
    report = published(tenant, of_table([{**row, "required": "2", "people": named, "pots": "x"}]))
    assert (report.created, report.errors) == (1, [])
    assert report.notes == [
        "No field of a shift is called 'pots': it was passed over; did you mean 'post'?"
    ]
    assert standing(tenant) == [("01 04:00", 2, ["P1", "P2"])]
    wrong = {**row, "shift": "B", "Site": "Beta", "required": "1", "people": "zed@example.com"}
    report = published(tenant, of_table([wrong, {**row, "shift": "C", "start": "1/4/2026 6:00"}]))
    assert [(one.row, one.field) for one in report.errors] == [
        (1, "people"), (1, "site"), (2, "start"),
    ]  # fmt: skip
    assert "ISO 8601" in report.errors[2].message


@pytest.mark.parametrize(
    ("event", "field", "cure"),
    [
        ("DTSTART:20260328T220000\nDTEND:20260328T060000", "DTEND", "ends before it begins"),
        ("DTSTART:20260328T220000", "DTEND", "has no end"),
        ("DTSTART:2026-03-28 22:00\nDTEND:20260329T060000", "DTSTART", "write 20261231T220000Z"),
        ("DTEND:20260329T060000", "DTSTART", "cannot be read"),
        ("DTSTART;VALUE=DATE:20260328\nDTEND:20260329T060000", "DTEND", "both days, or both times"),
        (
            "DTSTART;TZID=Mars/Base:20260328T220000\nDTEND:20260329T060000Z",
            "DTSTART",
            "nobody knows the zone 'Mars/Base'",
        ),
        (
            "DTSTART:20260328T220000\nDTEND:20260328T220100\nRRULE:FREQ=MINUTELY",
            "RRULE",
            "one of DAILY, WEEKLY, MONTHLY, YEARLY",
        ),
        (
            "DTSTART:20260328T220000\nDTEND:20260329T060000\nRRULE:FREQ=DAILY;INTERVAL=0",
            "RRULE",
            "INTERVAL 1 or more",
        ),
        (
            "DTSTART:20260328T220000\nDTEND:20260329T060000\nRRULE:FREQ=DAILY;UNTIL=May",
            "RRULE",
            "how it recurs cannot be read",
        ),
    ],
)
def test_what_cannot_be_a_shift_is_refused_by_its_uid_and_line(
    event: str, field: str, cure: str
) -> None:
    good = "UID:good@x\nDTSTART:20260328T060000\nDTEND:20260328T140000"
    roster = of_calendar(written(good, f"UID:night@x\n{event}"), now=NOW)
    [fault] = roster.faults
    assert (fault.row, fault.field, list(roster.rows)) == (2, field, [])
    assert cure in fault.message
    assert fault.message.endswith("(event 'night@x', line 9)")


def test_what_lies_outside_the_quarter_is_counted_and_told() -> None:
    def lasting(uid: str, day: str, more: str = "") -> str:
        return f"UID:{uid}\nDTSTART:{day}T060000Z\nDTEND:{day}T140000Z{more}"

    text = written(
        lasting("past", "20260301"),
        lasting("over", "20260301", "\nRRULE:FREQ=DAILY;COUNT=3"),
        lasting("far", "20260801"),
        lasting("goes-on", "20260326", "\nRRULE:FREQ=WEEKLY"),
        lasting("ends", "20260326", "\nRRULE:FREQ=WEEKLY;COUNT=3"),
    )
    roster = of_calendar(f"\ufeff{text}", now=NOW)
    assert {row["shift"].partition("/")[0] for _, row in roster.rows} == {"goes-on", "ends"}
    assert list(roster.notes) == [
        "2 events ended before 26 Mar 2026: they are left out",
        "2 events begin, or go on, after 27 Jun 2026: what lies over 92 days ahead is left out; "
        "import the calendar again by then",
    ]


def test_what_is_no_calendar_is_refused() -> None:
    for text in ("", "hello", "BEGIN:VCALENDAR", written()[:-10], written() * 2):
        with pytest.raises(Invalid):
            of_calendar(text, now=NOW)
    assert list(of_calendar(written(), now=NOW).notes) == ["This calendar has no events"]


def test_an_event_whose_first_line_is_folded_is_taken_too() -> None:
    times = "DTSTART:20260401T220000Z\nDTEND:20260402T060000Z\nLOCATION:Alpha\nSUMMARY:G1"
    whole = written(f"UID:one@x\n{times}", f"UID:two@x\n{times}")
    folded = whole.replace("BEGIN:VEVENT", "BEGIN:VEV\n ENT")
    shifts = [row["shift"] for _, row in of_calendar(folded, now=NOW).rows]
    assert shifts == ["one", "two"]
    assert of_calendar(whole, now=NOW).rows[0][1]["where"] == "event 'one@x', line 4"
