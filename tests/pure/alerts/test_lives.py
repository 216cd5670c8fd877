import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.lives import Verdict, advance, expire
from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Severity, Signal

POLICY = AlertPolicy()
FIRING, RESOLVED, EXPIRED = Signal.FIRING, Signal.RESOLVED, Signal.EXPIRED


class Teller:
    """Tells reports of one fingerprint, in minutes, and remembers what came of each."""

    def __init__(self, policy=POLICY):
        self.policy = policy
        self.life = None
        self.steps = []
        self.now = 0.0

    def tell(self, minute, status=FIRING, *, now=None, **fields):
        at = minute * 60.0
        self.now = max(self.now, at if now is None else now * 60.0)
        report = Report(f"e{len(self.steps)}", 1, self.now, "X", status, **fields)
        step = advance(self.life, report, "f", at=at, now=self.now, policy=self.policy)
        self.life = step.life
        self.steps.append(step)
        return step

    def fire(self, minute, **fields):
        return self.tell(minute, FIRING, **fields)

    def resolve(self, minute, **fields):
        return self.tell(minute, RESOLVED, **fields)

    def verdicts(self):
        return [step.verdict.name for step in self.steps]


def test_the_first_report_opens_a_life_under_its_own_id_and_later_ones_are_counted():
    alert = Teller()
    alert.fire(0)
    alert.fire(1)
    alert.fire(2)

    assert alert.verdicts() == ["OPENED", "COUNTED", "COUNTED"]
    assert (alert.life.alert_id, alert.life.count, alert.life.life_no) == ("e0", 3, 1)
    assert (alert.life.first_at, alert.life.last_at) == (0, 120)


def test_within_the_window_after_the_resolve_the_same_life_goes_on():
    alert = Teller()
    alert.fire(0)
    alert.resolve(10)
    step = alert.fire(25)

    assert step.verdict is Verdict.REOPENED
    assert not step.opened
    assert (alert.life.signal, alert.life.alert_id, alert.life.count) == (FIRING, "e0", 2)


def test_after_the_window_a_new_life_begins_and_the_old_one_stays_as_it_was():
    alert = Teller()
    alert.fire(0)
    alert.resolve(10)
    old, kept = alert.life, copy.deepcopy(alert.life)
    step = alert.fire(25.1)

    assert (step.verdict, step.opened) == (Verdict.OPENED, True)
    assert (alert.life.alert_id, alert.life.life_no, alert.life.count) == ("e2", 2, 1)
    assert old == kept


def test_a_late_firing_report_older_than_the_resolve_counts_and_reopens_nothing():
    alert = Teller()
    alert.fire(0)
    alert.resolve(10)
    step = alert.fire(5)

    assert (step.verdict, step.opened) == (Verdict.LATE, False)
    assert (alert.life.signal, alert.life.count, alert.life.ended_at) == (RESOLVED, 2, 600)


def test_a_late_resolve_older_than_the_newest_firing_report_ends_nothing():
    alert = Teller()
    alert.fire(0)
    alert.fire(10)

    assert alert.resolve(5).verdict is Verdict.STALE_RESOLVE
    assert (alert.life.signal, alert.life.count, alert.life.reports) == (FIRING, 2, 3)


def test_a_resolve_of_something_never_seen_firing_is_kept_as_over():
    alert = Teller()
    step = alert.resolve(0)

    assert (step.verdict, step.opened) == (Verdict.RESOLVED_UNSEEN, True)
    assert (alert.life.signal, alert.life.count, alert.life.reports) == (RESOLVED, 0, 1)


def test_repeated_all_clears_make_no_alert_each():
    alert = Teller()
    alert.fire(0)
    for minute in range(10, 500, 60):
        alert.resolve(minute)

    assert alert.verdicts() == ["OPENED", "RESOLVED", *["RESOLVED_AGAIN"] * 8]
    assert alert.life.alert_id == "e0"


def test_an_all_clear_heard_before_its_alarm_ends_it_all_the_same():
    alert = Teller()
    alert.fire(0)
    alert.resolve(1)
    alert.resolve(105)
    step = alert.fire(103)

    assert (step.opened, alert.life.signal, alert.life.count) == (True, RESOLVED, 1)
    assert alert.life.ended_at == 105 * 60


def test_silence_of_a_day_expires_an_alert_as_of_the_moment_it_ran_out():
    alert = Teller()
    alert.fire(0)

    assert not expire(alert.life, 86_399, POLICY)
    assert expire(alert.life, 90_000, POLICY)
    assert (alert.life.signal, alert.life.ended_at) == (EXPIRED, 86_400)
    assert not expire(alert.life, 99_999, POLICY)


@pytest.mark.parametrize("sweeps", [False, True])
def test_it_does_not_matter_whether_the_sweeper_came_by_before_the_next_report(sweeps):
    alert = Teller()
    alert.fire(0)
    if sweeps:
        expire(alert.life, 1441 * 60, POLICY)
    reopened = alert.fire(1450)

    assert reopened.verdict is Verdict.REOPENED
    assert (alert.life.count, alert.life.signal) == (2, FIRING)
    assert alert.fire(1450 + 1456).verdict is Verdict.OPENED


def test_a_delayed_report_shows_that_an_expiry_was_none():
    alert = Teller()
    alert.fire(0)
    step = alert.fire(1439, now=1445)

    assert (step.verdict, step.expired_before) == (Verdict.REOPENED, True)


def test_a_delayed_resolve_takes_the_place_of_an_expiry():
    alert = Teller()
    alert.fire(0)
    step = alert.resolve(1400, now=1445)

    assert (step.verdict, alert.life.signal) == (Verdict.RESOLVED, RESOLVED)
    assert alert.life.ended_at == 1400 * 60


def test_expiry_is_the_senders_word_else_by_type_else_by_source_else_the_senders_habit_else_a_day():
    policy = AlertPolicy(silence_by_type={"door-open": 600}, silence_by_source={"probe": 1200})
    door = {"alert_type": "DOOR_OPEN", "source": "probe", "silence": 300.0}

    def silence(**fields):
        report = Report("e", 1, 0.0, **{"alert_type": "X", **fields})
        return advance(None, report, "f", at=0, now=0, policy=policy).life.expires_at

    assert silence(**door, expires_at=77.0) == 77
    assert silence(**door) == 600
    assert silence(source="probe", silence=300.0) == 1200
    assert silence(silence=300.0) == 300
    assert silence() == 86_400


def test_silence_counts_from_the_event_but_for_old_news_from_its_arrival():
    on_the_wire, old_news = Teller(), Teller()
    on_the_wire.fire(0, now=4, silence=300.0)
    old_news.fire(0, now=120, silence=300.0)

    assert on_the_wire.life.expires_at == 300
    assert old_news.life.expires_at == 120 * 60 + 300


def test_a_touch_moves_the_expiry_and_counts_nothing():
    alert = Teller()
    alert.fire(0, silence=300.0)
    for minute in range(1, 60):
        step = alert.tell(0, now=minute, silence=300.0, is_touch=True)
        assert step.verdict is Verdict.TOUCHED

    assert (alert.life.count, alert.life.reports, alert.life.signal) == (1, 1, FIRING)
    assert alert.life.expires_at == 59 * 60 + 300


def test_a_touch_never_undoes_a_resolve():
    alert = Teller()
    alert.fire(0)
    alert.resolve(1)

    assert alert.tell(0, now=2, is_touch=True).verdict is Verdict.TOUCHED
    assert alert.life.signal is RESOLVED


def test_a_touch_after_expiry_shows_that_the_sender_still_means_it():
    alert = Teller()
    alert.fire(0, silence=300.0)
    soon = alert.tell(0, now=12, silence=300.0, is_touch=True)
    assert (soon.verdict, soon.opened, alert.life.count) == (Verdict.REOPENED, False, 1)

    much_later = alert.tell(0, now=120, silence=300.0, is_touch=True)
    assert (much_later.verdict, much_later.opened) == (Verdict.OPENED, True)
    assert alert.life.first_at == 120 * 60


def test_severity_follows_the_newest_report_and_the_highest_is_kept():
    alert = Teller()
    alert.fire(0, severity=Severity.MEDIUM)
    rise = alert.fire(10, severity=Severity.CRITICAL)
    fall = alert.fire(20, severity=Severity.LOW)
    late = alert.fire(15, severity=Severity.HIGH)

    assert [rise.severity_rose, fall.severity_rose, late.severity_rose] == [True, False, False]
    assert alert.life.severity is Severity.LOW
    assert alert.life.severity_highest is Severity.CRITICAL


def test_a_severity_rises_against_the_last_half_hour_only():
    alert = Teller()
    alert.fire(0, severity=Severity.CRITICAL)
    alert.fire(5, severity=Severity.LOW)

    assert not alert.fire(29, severity=Severity.HIGH).severity_rose
    assert alert.fire(62, severity=Severity.CRITICAL).severity_rose


def test_a_rise_after_a_long_calm_is_measured_against_the_last_word():
    alert = Teller()
    alert.fire(0, severity=Severity.LOW)

    assert not alert.fire(100, severity=Severity.LOW).severity_rose
    assert alert.fire(200, severity=Severity.HIGH).severity_rose


def test_a_resolve_says_nothing_about_severity():
    alert = Teller()
    alert.fire(0, severity=Severity.HIGH)
    alert.resolve(1, severity=Severity.INFO)

    assert alert.life.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("setting", "cure"),
    [
        ({"silence": 5}, "from 60 to"),
        ({"silence_by_type": {"X": 1}}, r"silence_by_type\[X\]"),
        ({"reopen_window": -1}, "from 0 to"),
        ({"rise_window": float("nan")}, "rise_window"),
        ({"flap_start": 4, "flap_stop": 4}, "below flap_start"),
    ],
)
def test_a_policy_out_of_range_says_what_to_set(setting, cure):
    with pytest.raises(ConfigError, match=cure):
        AlertPolicy(**setting)


def summary(events):
    """Lives of one fingerprint after these (minute, status) in this order of arrival."""
    alert, lives = Teller(), {}
    for minute, status in events:
        alert.tell(minute, status, severity=Severity(1 + minute % 5))
        lives[alert.life.life_no] = alert.life
    return [
        (
            life.signal,
            life.count,
            life.count and (life.severity, life.severity_highest),
            life.fired_at,
            life.signal is FIRING or life.ended_at,
        )
        for life in lives.values()
    ]


STATUS = st.sampled_from([FIRING, FIRING, RESOLVED])
EPISODE = st.dictionaries(st.integers(0, 14), STATUS, min_size=1, max_size=6)


@st.composite
def shuffled_episodes(draw):
    """Episodes of 15 minutes, an hour apart, each told in order and in another order."""
    ordered, arrived = [], []
    for number, episode in enumerate(draw(st.lists(EPISODE, max_size=4))):
        told = [(number * 60 + minute, status) for minute, status in sorted(episode.items())]
        ordered += told
        arrived += draw(st.permutations(told))
    return ordered, arrived


@given(shuffled_episodes())
def test_the_order_of_arrival_within_the_window_changes_no_life_and_no_count(told):
    ordered, arrived = told

    assert summary(arrived) == summary(ordered)


@given(shuffled_episodes(), st.data())
def test_touches_anywhere_change_no_count(told, data):
    events, _ = told
    alert, plain = Teller(), Teller()
    for minute, status in events:
        alert.tell(minute, status)
        plain.tell(minute, status)
        for _ in range(data.draw(st.integers(0, 2))):
            alert.tell(minute, status, is_touch=True)

    assert (alert.life and alert.life.count) == (plain.life and plain.life.count)
    assert (alert.life and alert.life.signal) == (plain.life and plain.life.signal)


@given(st.lists(st.tuples(st.integers(0, 3000), STATUS, st.booleans()), max_size=30))
def test_every_firing_report_is_counted_exactly_once_whatever_comes(events):
    alert = Teller()
    counted, opened_by_touch = {}, 0
    for minute, status, is_touch in events:
        step = alert.tell(minute, status, is_touch=is_touch)
        counted[step.life.life_no] = step.life.count
        opened_by_touch += is_touch and status is FIRING and step.opened
        assert step.life.first_at <= step.life.last_at
        assert step.life.count <= step.life.reports
        assert step.opened == (step.verdict in {Verdict.OPENED, Verdict.RESOLVED_UNSEEN})

    fired = sum(status is FIRING and not is_touch for _, status, is_touch in events)
    assert sum(counted.values()) == fired + opened_by_touch
