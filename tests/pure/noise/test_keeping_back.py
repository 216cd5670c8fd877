"""What is kept back by what was learnt, and what never is."""

import pytest

from tests.pure.noise.making import DAWN, DAY, HOUR, MINUTE, Story, kind_of
from watchfloor.aiops.alerts.suppression import MaintenanceWindow, Suppressions
from watchfloor.aiops.alerts.windows import Schedule
from watchfloor.aiops.correlation.topology import load_inventory
from watchfloor.aiops.errors import CheckpointError, ConfigError
from watchfloor.aiops.noise.memory import NoiseMemory
from watchfloor.aiops.noise.policy import OFF, NoisePolicy
from watchfloor.aiops.types import Severity

FLOOR = {
    "sites": [{"id": "S1"}],
    "devices": [
        {"id": "gateway", "site": "S1"},
        {"id": "switch", "site": "S1", "parent": "gateway"},
        *({"id": f"cam-{n}", "site": "S1", "parent": "switch"} for n in range(12)),
    ],
}


def test_what_nearly_always_resolves_by_itself_is_paused_and_its_resolve_tells_nobody():
    story = Story()
    at = story.past_of_blips()

    paused = story.tell(at, "LINK_DOWN", "cam-1")
    resolved = story.resolve(at + 90, "LINK_DOWN", "cam-1")

    assert (kind_of(paused), kind_of(resolved)) == ("transient", "transient")
    assert paused.suppressed_by.until == DAWN + at + 600
    assert "over by themselves within 10 min" in paused.suppressed_by.reason
    assert story.stream.noise.let_go() == []


def test_a_paused_alert_that_still_fires_at_the_end_of_its_pause_is_released():
    story = Story()
    at = story.past_of_blips()
    paused = story.tell(at, "LINK_DOWN", "cam-1")

    before = story.tell(at + 9 * MINUTE, "OTHER", "door-9")
    after = story.tell(at + 11 * MINUTE, "OTHER", "door-9")

    assert (before.released, after.released) == ((), (paused.alert_id,))


def test_a_few_lives_are_not_enough_to_be_sure():
    story = Story()
    at = story.past_of_blips(count=5)

    assert kind_of(story.tell(at, "LINK_DOWN", "cam-1")) is None


def test_what_people_touched_counts_as_seen_only_until_then():
    story = Story()
    for number in range(30):
        told = story.tell(number * 6 * HOUR, "LINK_DOWN", "cam-1")
        story.stream.noise.memory.touch([told.alert_id], told.at + 30)
        story.resolve(number * 6 * HOUR + 90, "LINK_DOWN", "cam-1")

    assert kind_of(story.tell(30 * 6 * HOUR, "LINK_DOWN", "cam-1")) is None


@pytest.mark.parametrize(
    ("severity", "minutes"), [("INFO", 10), ("LOW", 10), ("MEDIUM", 5), ("HIGH", 2)]
)
def test_the_pause_is_capped_by_severity(severity, minutes):
    story = Story()
    at = story.past_of_blips(lasts=40.0) + DAY

    paused = story.tell(at, "LINK_DOWN", "cam-1", severity=Severity[severity])

    assert paused.suppressed_by.until == DAWN + at + minutes * MINUTE


@pytest.mark.parametrize(
    ("alert_type", "severity"),
    [
        ("PANIC", Severity.LOW),
        ("INTRUSION", Severity.LOW),
        ("LINK_DOWN", Severity.CRITICAL),
    ],
)
def test_life_safety_intrusion_and_critical_are_never_kept_back(alert_type, severity):
    story = Story()
    at = story.past_of_blips(alert_type=alert_type)
    at += DAY

    assert kind_of(story.tell(at, alert_type, "cam-1", severity=severity)) is None


def test_the_first_alert_of_a_new_entity_is_told():
    story = Story()
    at = story.past_of_blips()

    assert kind_of(story.tell(at, "LINK_DOWN", "cam-2")) is None
    story.resolve(at + 60, "LINK_DOWN", "cam-2")
    assert kind_of(story.tell(at + HOUR, "LINK_DOWN", "cam-2")) == "transient"


def test_what_is_worse_than_what_people_heard_of_the_entity_lately_is_told():
    story = Story(noise=NoisePolicy(spare_first=3))
    at = story.past_of_blips()
    story.tell(at, "DOOR_AJAR", "cam-1", severity=Severity.INFO)

    assert kind_of(story.tell(at + 20 * MINUTE, "LINK_DOWN", "cam-1")) is None


def test_a_severity_that_rises_ends_the_pause_at_once():
    story = Story()
    at = story.past_of_blips()
    paused = story.tell(at, "LINK_DOWN", "cam-1")

    risen = story.tell(at + 30, "LINK_DOWN", "cam-1", severity=Severity.HIGH)

    assert kind_of(paused) == "transient"
    assert (kind_of(risen), risen.released) == (None, (paused.alert_id,))


def test_what_comes_to_nothing_alone_is_kept_back_until_it_is_told_again():
    story = Story()
    at = story.past_of_lone_ones()

    lone = story.tell(at, "COVERAGE_LOW", "cam-1")
    again = story.tell(at + HOUR, "COVERAGE_LOW", "cam-1")

    assert (kind_of(lone), kind_of(again)) == ("lone", None)
    assert again.released == (lone.alert_id,)


def test_what_nobody_ever_ends_is_judged_anew_when_it_comes_again_hours_later():
    story = Story()
    for number in range(12):
        story.tell(number * 7 * HOUR, "COVERAGE_LOW", "cam-1")

    assert len({one.alert_id for one in story.answers}) == 1
    assert kind_of(story.answers[8]) == "lone"
    assert story.answers[8].suppressed_by.reason.startswith("100% of 7 like it were told once")


def test_who_says_so_every_few_hours_is_heard_the_third_time():
    story = Story()
    at = story.past_of_lone_ones()

    kinds = [kind_of(story.tell(at + n * 5 * HOUR, "COVERAGE_LOW", "cam-1")) for n in range(3)]

    assert kinds == ["lone", "lone", None]
    assert story.answers[-1].released == (story.answers[-2].alert_id,)


def test_what_a_person_has_in_hand_is_told_when_it_comes_again():
    story = Story()
    at = story.past_of_lone_ones()
    for number in range(2):
        answer = story.tell(at + number * 26 * HOUR, "COVERAGE_LOW", "cam-1")
    story.stream.noise.memory.touch([answer.alert_id], answer.at)

    again = story.tell(at + 32 * HOUR, "COVERAGE_LOW", "cam-1")

    assert (kind_of(answer), kind_of(again)) == ("lone", None)


def test_what_senders_end_tells_nothing_new_while_it_goes_on():
    story = Story()
    at = story.past_of_blips()

    first = story.tell(at, "LINK_DOWN", "cam-2", site="S2")
    still = story.tell(at + 5 * HOUR, "LINK_DOWN", "cam-2", site="S2")

    assert kind_of(first) is kind_of(still) is None


def test_what_matters_in_company_may_still_be_nothing_alone():
    story = Story()
    at = story.past_of_lone_ones()
    for number in range(25):
        story.tell(at + number * 26 * HOUR, "DOOR_FORCED", "cam-1")
        story.tell(at + number * 26 * HOUR + MINUTE, "COVERAGE_LOW", "cam-1")
    at += 25 * 26 * HOUR

    assert kind_of(story.tell(at, "COVERAGE_LOW", "cam-1")) == "lone"


def test_what_is_alone_no_longer_is_told_whichever_came_first():
    story = Story()
    at = story.past_of_lone_ones()

    lone = story.tell(at, "COVERAGE_LOW", "cam-1")
    other = story.tell(at + MINUTE, "DOOR_FORCED", "cam-1")
    later = story.tell(at + 30 * HOUR, "DOOR_FORCED", "door-1", severity=Severity.HIGH)
    beside = story.tell(at + 30 * HOUR + MINUTE, "COVERAGE_LOW", "cam-1")

    assert kind_of(lone) == "lone"
    assert other.released == (lone.alert_id,)
    assert kind_of(later) is kind_of(beside) is None


def test_a_rush_of_what_otherwise_comes_alone_is_told():
    story = Story()
    for site in range(3):
        story.tell(site, "HELLO", f"cam-{site}", site=f"S{site}")
    at = story.past_of_lone_ones(device="cam-0")

    first = story.tell(at, "COVERAGE_LOW", "cam-1", site="S1")
    second = story.tell(at + MINUTE, "COVERAGE_LOW", "cam-2", site="S2")

    assert kind_of(first) == "lone"
    assert kind_of(second) is None
    assert second.released == (first.alert_id,)


def outages(story, count, order=1):
    """Tell nights on which the switch goes, and two cameras with it."""
    for number in range(count):
        at = number * DAY
        story.tell(at, "UNREACHABLE", "switch", severity=Severity.HIGH)
        for camera in (2 * number % 12, (2 * number + 1) % 12):
            story.tell(at + order * 30, "NO_SIGNAL", f"cam-{camera}")
            story.resolve(at + HOUR, "NO_SIGNAL", f"cam-{camera}")
        story.resolve(at + HOUR - MINUTE, "UNREACHABLE", "switch", severity=Severity.HIGH)
    return count * DAY


def test_a_loss_above_keeps_quiet_the_losses_that_are_known_to_follow_it():
    story = Story(inventory=load_inventory(FLOOR))
    at = outages(story, 12)

    cause = story.tell(at, "UNREACHABLE", "switch", severity=Severity.HIGH)
    child = story.tell(at + 40, "NO_SIGNAL", "cam-3")
    stranger = story.tell(at + 50, "DOOR_AJAR", "cam-4")

    assert kind_of(cause) is None
    assert (kind_of(child), child.suppressed_by.rule_id) == ("inhibited", cause.alert_id)
    assert kind_of(stranger) is None


def test_a_loss_that_outlasts_its_cause_is_released():
    story = Story(inventory=load_inventory(FLOOR))
    at = outages(story, 12)
    story.tell(at, "UNREACHABLE", "switch", severity=Severity.HIGH)
    child = story.tell(at + 40, "NO_SIGNAL", "cam-3")
    back = story.tell(at + 41, "NO_SIGNAL", "cam-4")
    story.resolve(at + HOUR, "UNREACHABLE", "switch", severity=Severity.HIGH)
    story.resolve(at + HOUR + 30, "NO_SIGNAL", "cam-4")

    later = story.tell(at + HOUR + 5 * MINUTE, "HELLO", "door-1")

    assert kind_of(back) == "inhibited"
    assert later.released == (child.alert_id,)


def test_nothing_is_explained_by_a_cause_that_nobody_was_told_of_or_that_is_milder():
    story = Story(inventory=load_inventory(FLOOR))
    at = outages(story, 12)

    story.tell(at, "UNREACHABLE", "switch", severity=Severity.LOW)

    assert kind_of(story.tell(at + 40, "NO_SIGNAL", "cam-3", severity=Severity.HIGH)) is None


def test_nothing_is_inhibited_before_the_order_of_its_kinds_is_known():
    story = Story(inventory=load_inventory(FLOOR))
    at = outages(story, 2)
    story.tell(at, "UNREACHABLE", "switch", severity=Severity.HIGH)

    assert kind_of(story.tell(at + 40, "NO_SIGNAL", "cam-3")) is None


def test_a_policy_of_nothing_keeps_nothing_back():
    story = Story(noise=OFF)
    at = max(story.past_of_blips(), story.past_of_lone_ones())

    assert kind_of(story.tell(at, "LINK_DOWN", "cam-1")) is None
    assert kind_of(story.tell(at + DAY, "COVERAGE_LOW", "cam-1")) is None


def test_a_memory_restored_in_between_answers_alike():
    steady, changing = Story(), Story()
    for story in (steady, changing):
        story.past_of_blips(count=15)
    noise = changing.stream.noise
    noise.memory = NoiseMemory.restore(noise.memory.snapshot())
    for story in (steady, changing):
        for number in range(15, 40):
            story.tell(number * 6 * HOUR, "LINK_DOWN", "cam-1")
            story.tell(number * 6 * HOUR + 5, "COVERAGE_LOW", "cam-2")
            story.resolve(number * 6 * HOUR + 90, "LINK_DOWN", "cam-1")

    told = [(kind_of(one), one.released) for one in steady.answers]
    assert told == [(kind_of(one), one.released) for one in changing.answers]
    assert {"transient"} < {kind for kind, _ in told if kind} | {"told"}


def test_a_damaged_memory_is_refused():
    with pytest.raises(CheckpointError):
        NoiseMemory.restore(b"nonsense")


def test_a_value_out_of_range_is_named_with_what_it_may_be():
    with pytest.raises(ConfigError, match="pause_critical is 900: set it to a value from 0 to 300"):
        NoisePolicy(pause_critical=900)


def test_what_still_fires_at_the_end_of_a_window_is_told_then():
    schedule = Schedule(starts_at=DAWN, ends_at=DAWN + HOUR)
    window = MaintenanceWindow(id="w1", schedule=schedule, sites=frozenset({"S1"}))
    story = Story(suppressions=Suppressions([window]))
    still = story.tell(MINUTE, "LINK_DOWN", "cam-1")
    story.tell(MINUTE, "LINK_DOWN", "cam-2")
    story.resolve(30 * MINUTE, "LINK_DOWN", "cam-2")

    after = story.tell(HOUR + MINUTE, "HELLO", "door-1", site="S2")

    assert kind_of(still) == "maintenance"
    assert after.released == (still.alert_id,)
