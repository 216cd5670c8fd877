"""Time ranges in addresses: read by the reader's clock, applied to each list, wrong ones told."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from tests.console.making import make_alert, make_incident
from tests.make import NOW, make_tenant, make_user, signed_in
from tests.noc.flow import make_report, work
from watchfloor.console.ranges import LONG, LONGEST, Reader, TimeRange
from watchfloor.noc.handover import services
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.tenancy.context import tenant_scope

HOUR = timedelta(hours=1)
VIENNA = ZoneInfo("Europe/Vienna")
READER = Reader(NOW, VIENNA, lambda: NOW - 3 * HOUR)


def read(**query: str) -> TimeRange:
    return TimeRange.read(QueryDict(urlencode(query)), READER)


def test_a_relative_range_ends_now_and_a_shift_begins_with_the_readers_own() -> None:
    assert (read(range="8h").since, read(range="8h").until) == (NOW - 8 * HOUR, None)
    assert read(range="shift").since == NOW - 3 * HOUR
    assert read(range="8h").asked == {"range": "8h"}
    assert not read().is_set


def test_an_absolute_range_is_the_same_for_whoever_opens_its_address() -> None:
    given = {"since": "2026-03-01T22:00:00+01:00", "until": "2026-03-02T01:00:00Z"}
    found = read(**given)

    assert found.since == datetime.fromisoformat("2026-03-01T21:00:00Z")
    assert found.until == datetime.fromisoformat("2026-03-02T01:00:00Z")
    elsewhere = Reader(NOW, ZoneInfo("Asia/Tokyo"), lambda: NOW)
    assert TimeRange.read(QueryDict(urlencode(found.asked)), elsewhere) == found


def test_days_are_the_readers_and_as_long_as_their_clocks_say() -> None:
    clocks_go_on = read(since="2026-03-29", until="2026-03-29")

    assert clocks_go_on.since == datetime.fromisoformat("2026-03-28T23:00:00Z")
    assert clocks_go_on.until == datetime.fromisoformat("2026-03-29T22:00:00Z")


@pytest.mark.parametrize(
    ("query", "cure"),
    [
        ({"since": "yesterday"}, "since: write a day, or a time with its zone"),
        ({"until": "2026-03-02T02:09"}, "until: write a day, or a time with its zone"),
        ({"range": "5y"}, "range: choose one of 1h, 8h, 24h, 7d, shift."),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until: choose a time after the one"),
        ({"since": "9999-12-31", "until": "9999-12-31"}, "until: write a day"),
        ({"since": "0001-01-01"}, "since: write a day"),
    ],
)
def test_what_cannot_be_read_names_the_parameter_and_the_cure(query, cure) -> None:
    found = read(**query)

    assert cure in found.refused
    assert not found.is_set


def test_a_report_keeps_to_its_usual_range_and_to_what_it_can_bear() -> None:
    def asked(**query: str) -> TimeRange:
        given = QueryDict(urlencode(query))
        return TimeRange.read(given, READER, choices=LONG, usual="90d", longest=LONGEST)

    assert asked().since == NOW - timedelta(days=90)
    assert "at most 366 days" in asked(since="2020-01-01", until="2026-01-01").refused
    assert asked(since="2020-01-01", until="2026-01-01").since == NOW - timedelta(days=90)
    assert "since: say when" in asked(until="2026-01-01").refused


def test_lists_hold_what_began_within_and_tell_what_they_cannot_read() -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant))
    for name, at in (("Early", NOW - HOUR), ("Within", NOW), ("Late", NOW + HOUR)):
        make_incident(tenant, f"{name} door", opened_at=at)
        make_alert(tenant, f"{name} door", at=at)
    asked = {"since": NOW.isoformat(), "until": (NOW + HOUR).isoformat()}

    for noun in ("", "alerts"):
        page = browser.get(f"/{noun}", asked).content.decode()
        assert [name for name in ("Early", "Within", "Late") if f"{name} door" in page] == [
            "Within"
        ]
        rows = browser.get(f"/{noun or 'incidents'}.json", asked).json()["rows"]
        assert [row["title"] for row in rows] == ["Within door"]
        wrong = browser.get(f"/{noun}", {"since": "2026"}).content.decode()
        assert "since: write a day" in wrong
        assert "Late door" in wrong


def test_reports_as_sent_are_those_that_came_within() -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant))
    work(tenant, make_report(0, message="First"), make_report(30, device="cam-2", message="Second"))

    def told(**query: str) -> str:
        return browser.get("/reports", query).content.decode()

    until = (NOW + timedelta(minutes=10)).isoformat()
    assert "First" in told(until=until)
    assert "Second" not in told(until=until)
    assert "No report came in this time." in told(until="2020-01-01")


def test_this_shift_began_when_its_reader_handed_over_last() -> None:
    tenant = make_tenant()
    anna = make_user(tenant)
    now = READER.now
    with tenant_scope(tenant.id):
        services.write(anna, EVERYTHING, since=now - HOUR, note="", now=now)
        User.objects.filter(pk=anna.pk).update(time_zone="Europe/Vienna")

    page = signed_in(anna).get("/", {"range": "shift"}).content.decode()

    assert "This shift" in page
