from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.protection import Protection, protection_of
from watchfloor.aiops.alerts.suppression import (
    Comparison,
    Kind,
    MaintenanceWindow,
    Matcher,
    Silence,
    Subject,
    Suppressions,
)
from watchfloor.aiops.alerts.windows import Every, Recurrence, Schedule
from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Severity

HOUR = 3600


def moment(text, zone="UTC"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


START = moment("2026-01-05T10:00")


def window(**scope):
    schedule = Schedule(starts_at=START, ends_at=START + HOUR)
    return MaintenanceWindow(id="w1", schedule=schedule, reason="new switch", **scope)


def silence(*matchers, until=START + HOUR):
    return Silence(id="q1", matchers=matchers, starts_at=START, until=until, reason="known")


def applying(rule, at=START, **fields):
    rules = (
        Suppressions(windows=(rule,))
        if isinstance(rule, MaintenanceWindow)
        else Suppressions(silences=(rule,))
    )
    return rules.applying(Subject(**{"alert_type": "DEVICE_OFFLINE", "site": "S1", **fields}), at)


def test_maintenance_keeps_quiet_from_its_start_to_just_before_its_end_and_says_why():
    found = applying(window())

    assert (found.kind, found.rule_id, found.reason) == (Kind.MAINTENANCE, "w1", "new switch")
    assert found.until == START + HOUR
    assert applying(window(), at=START - 1) is None
    assert applying(window(), at=START + HOUR) is None


def test_maintenance_of_one_site_does_not_mute_the_client():
    rule = window(clients=frozenset({"C1"}), sites=frozenset({"S1"}))

    assert applying(rule, client="C1", site="S1")
    assert applying(rule, client="C1", site="S2") is None


def test_maintenance_may_be_bound_to_devices_and_types():
    rule = window(devices=frozenset({"cam-1"}), alert_types=frozenset({"device offline"}))

    assert applying(rule, device="cam-1")
    assert applying(rule, device="cam-2") is None
    assert applying(rule, device="cam-1", alert_type="DEVICE_SPOOF") is None


@pytest.mark.parametrize(
    ("matcher", "matches"),
    [
        (Matcher("device", Comparison.IS, ("cam-1",)), True),
        (Matcher("device", Comparison.IS, ("CAM-1",)), False),
        (Matcher("device", Comparison.LIKE, ("CAM-*",)), True),
        (Matcher("alert_type", Comparison.IS, ("device-offline",)), True),
        (Matcher("severity", Comparison.ONE_OF, ("LOW", "MEDIUM")), True),
        (Matcher("labels.rack", Comparison.IS, ("7",)), True),
        (Matcher("labels.shelf", Comparison.IS, ("7",)), False),
        (Matcher("message", Comparison.LIKE, ("*battery*",)), False),
    ],
)
def test_a_silence_compares_fields_and_labels(matcher, matches):
    found = applying(silence(matcher), device="cam-1", labels={"rack": "7"}, message="offline")

    assert (found is not None) == matches


def test_all_matchers_of_a_silence_must_agree():
    both = (Matcher("site", Comparison.IS, ("S1",)), Matcher("device", Comparison.IS, ("cam-1",)))

    assert applying(silence(*both), device="cam-1")
    assert applying(silence(*both), device="cam-2") is None


@pytest.mark.parametrize("protection", [Protection.LIFE_SAFETY, Protection.INTRUSION])
def test_life_safety_and_intrusion_are_never_paused(protection):
    everywhere = Matcher("site", Comparison.LIKE, ("*",))

    assert applying(window(), protection=protection) is None
    assert applying(silence(everywhere), protection=protection) is None


def test_only_the_flapping_of_an_unconfirmed_intrusion_may_be_folded():
    none = Suppressions()
    flapping = {"alert_type": "INTRUSION", "is_flapping": True}

    folded = none.applying(Subject(**flapping, protection=Protection.INTRUSION), START)
    shown = none.applying(Subject(**flapping, protection=Protection.LIFE_SAFETY), START)

    assert folded.kind is Kind.FLAPPING
    assert shown is None


def test_a_rise_of_severity_is_always_told():
    assert applying(window(), severity=Severity.CRITICAL, severity_rose=True) is None
    assert applying(window(), severity_rose=True, is_flapping=True) is None


def test_of_several_reasons_the_one_that_lasts_longest_is_given():
    quiet = silence(Matcher("site", Comparison.IS, ("S1",)), until=START + 9 * HOUR)
    rules = Suppressions(windows=(window(),), silences=(quiet,))

    found = rules.applying(Subject(alert_type="X", site="S1", is_flapping=True), START)

    assert (found.kind, found.until) == (Kind.SILENCE, START + 9 * HOUR)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: silence(), "everything is refused"),
        (lambda: Matcher("colour", Comparison.IS, ("red",)), "no field"),
        (lambda: Matcher("site", Comparison.IS, ("a", "b")), "one_of"),
        (lambda: silence(Matcher("site", Comparison.IS, ("a",)), until=START), "later than"),
        (lambda: Schedule(starts_at=2, ends_at=1), "later than"),
        (lambda: Schedule(starts_at=1, ends_at=2, zone="Mars/Base"), "no time zone"),
        (lambda: Schedule(starts_at=1, ends_at=2, zone="../etc/passwd"), "no time zone"),
        (lambda: Recurrence(every=Every.WEEK, interval=0), "from 1 to 52"),
        (lambda: Recurrence(every=Every.WEEK, weekdays=frozenset({7})), "Monday"),
        (lambda: Recurrence(every=Every.DAY, weekdays=frozenset({1})), "leave them out"),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_the_cure(make, complaint):
    with pytest.raises(ConfigError, match=complaint):
        make()


VIENNA = "Europe/Vienna"


def nightly(first, last, zone=VIENNA, **rule):
    recurrence = Recurrence(**{"every": Every.DAY, **rule})
    starts, ends = moment(first, zone), moment(last, zone)
    return Schedule(starts_at=starts, ends_at=ends, recurrence=recurrence, zone=zone)


def opens(schedule, text, zone=VIENNA):
    return schedule.open_at(moment(text, zone)) is not None


def test_a_nightly_window_reaches_over_midnight():
    night = nightly("2026-01-05T22:00", "2026-01-06T06:00")

    assert opens(night, "2026-01-06T05:59")
    assert opens(night, "2026-02-03T22:00")
    assert not opens(night, "2026-02-03T21:59")
    assert not opens(night, "2026-02-04T06:00")
    assert not opens(night, "2026-01-04T23:00")


def test_a_nightly_window_keeps_to_the_local_clock_when_the_clocks_change():
    night = nightly("2026-01-05T22:00", "2026-01-06T06:00")
    spring, autumn = moment("2026-03-29T00:00", VIENNA), moment("2026-10-25T00:00", VIENNA)

    assert [end - start for start, end in [night.open_at(spring)]] == [7 * HOUR]
    assert [end - start for start, end in [night.open_at(autumn)]] == [9 * HOUR]
    assert opens(night, "2026-03-29T05:59")
    assert not opens(night, "2026-03-29T06:00")
    assert opens(night, "2026-07-01T22:00")
    assert not opens(night, "2026-07-01T21:59")


def test_a_time_that_comes_twice_is_inside_both_times_and_a_skipped_one_is_moved():
    early = nightly("2026-01-05T02:00", "2026-01-05T02:30")
    twice = datetime(2026, 10, 25, 0, 15, tzinfo=UTC).timestamp()

    assert early.open_at(twice)
    assert early.open_at(twice + HOUR)
    assert early.open_at(datetime(2026, 3, 29, 1, 15, tzinfo=UTC).timestamp())


def test_every_other_week_on_given_days():
    schedule = nightly(
        "2026-01-06T08:00", "2026-01-06T09:00",
        every=Every.WEEK, interval=2, weekdays=frozenset({1, 3}), until=moment("2026-02-01T00:00"),
    )  # fmt: skip
    days = range(5, 32)

    on = [day for day in days if opens(schedule, f"2026-01-{day:02d}T08:30")]

    assert on == [6, 8, 20, 22]
    assert not opens(schedule, "2026-02-03T08:30")


def test_every_week_without_days_means_the_weekday_of_the_first_time():
    weekly = nightly("2026-01-06T08:00", "2026-01-06T09:00", every=Every.WEEK)

    assert opens(weekly, "2026-03-31T08:30")
    assert not opens(weekly, "2026-03-30T08:30")


@given(st.floats(0, 400 * 24 * HOUR), st.sampled_from([VIENNA, "Asia/Kolkata", "America/New_York"]))
def test_what_is_open_is_open_at_its_start_and_closed_at_its_end(later, zone):
    schedule = nightly("2026-01-05T20:00", "2026-01-06T04:30", zone=zone)
    span = schedule.open_at(schedule.starts_at + later)

    if span:
        assert span.starts_at <= schedule.starts_at + later < span.ends_at
        assert schedule.open_at(span.starts_at) == span
        assert schedule.open_at(span.ends_at) is None


@pytest.mark.parametrize(
    ("alert_type", "labels", "protection"),
    [
        ("PANIC", {}, Protection.LIFE_SAFETY),
        ("man down", {}, Protection.LIFE_SAFETY),
        ("intrusion", {}, Protection.INTRUSION),
        ("intrusion", {"confirmed": " Yes "}, Protection.LIFE_SAFETY),
        ("intrusion", {"confirmed": "false"}, Protection.INTRUSION),
        ("confirmed-intrusion", {}, Protection.LIFE_SAFETY),
        ("gas leak", {}, Protection.LIFE_SAFETY),
        ("DEVICE_OFFLINE", {"confirmed": "true"}, Protection.NONE),
    ],
)
def test_who_may_be_in_danger(alert_type, labels, protection):
    assert protection_of(alert_type, labels, frozenset({"GAS_LEAK"})) is protection
