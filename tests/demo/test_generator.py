from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest

from tests.demo.stream import grouped
from watchfloor.aiops.alerts.protection import Protection, protection_of
from watchfloor.demo import script
from watchfloor.demo.generator import Generator
from watchfloor.demo.world import make_world

WORLD = make_world()
NOW = 1_780_000_000.0
STORMY = "Feeder 1"
ELSEWHERE = [site for site in WORLD.sites if site.feeder != STORMY]


def night(seed: int) -> dict[int, list[str]]:
    """Return the causes in each cluster of an evening, a power cut and a panic in its midst."""
    make = Generator(WORLD, seed)
    alarms = [
        *make.evening(ELSEWHERE, NOW, hours=4, alarms=14, still_open=5),
        *make.power_cut(STORMY, NOW + 30, alarms=200),
        make.panic(ELSEWHERE[3], WORLD.guards[4], NOW + 36),
    ]
    clusters: dict[int, list[str]] = defaultdict(list)
    for alarm, cluster in grouped(WORLD, alarms):
        clusters[cluster].append(alarm.cause)
    return clusters


def test_the_same_seed_makes_the_same_alarms() -> None:
    first, second = Generator(WORLD, 3), Generator(WORLD, 3)

    assert first.power_cut(STORMY, NOW, alarms=50) == second.power_cut(STORMY, NOW, alarms=50)


def test_every_alarm_has_an_id_of_its_own() -> None:
    make = Generator(WORLD, 1)
    cut = make.power_cut(STORMY, NOW, alarms=200)
    alarms = [*cut, *make.power_back(cut, NOW + 300, spread=60)]

    assert len({alarm.body["id"] for alarm in alarms}) == 400


@pytest.mark.parametrize("seed", range(5))
def test_a_power_cut_becomes_one_cluster_with_nothing_else_in_it(seed: int) -> None:
    stormy = [causes for causes in night(seed).values() if f"power:{STORMY}" in causes]

    assert stormy == [[f"power:{STORMY}"] * 200]


@pytest.mark.parametrize("seed", range(5))
def test_of_the_story_only_the_covered_camera_goes_where_it_does_not_belong(seed: int) -> None:
    alarms = [*script.evening(WORLD, seed, NOW), *script.story(WORLD, seed, NOW)]
    clusters: dict[int, set[str]] = defaultdict(set)
    for alarm, cluster in grouped(WORLD, alarms):
        clusters[cluster].add(alarm.cause.partition(":")[0])

    mixed = [causes for causes in clusters.values() if len(causes) > 1]

    assert mixed == [{"power", "covered"}]


@pytest.mark.parametrize("seed", range(5))
def test_a_panic_in_a_storm_is_alone_in_its_cluster(seed: int) -> None:
    [panic] = [causes for causes in night(seed).values() if causes[0].startswith("panic:")]

    assert len(panic) == 1


@pytest.mark.parametrize("seed", range(5))
def test_alarms_of_a_calm_evening_stay_apart(seed: int) -> None:
    quiet = [set(causes) for causes in night(seed).values() if causes[0].startswith("quiet:")]

    assert len(quiet) >= 12
    assert all(len(causes) <= 2 for causes in quiet)


def test_a_panic_is_life_safety_and_nothing_else_is() -> None:
    make = Generator(WORLD, 1)
    others = [
        *make.power_cut(STORMY, NOW, alarms=200),
        *make.background(WORLD.sites, NOW, NOW + 3600, per_minute=2),
        *make.flapping(ELSEWHERE[0], NOW, changes=6, every=20),
    ]
    panic = make.panic(ELSEWHERE[0], WORLD.guards[0], NOW)

    assert protection_of(panic.body["alert_type"], {}) is Protection.LIFE_SAFETY
    assert {protection_of(alarm.body["alert_type"], {}) for alarm in others} == {Protection.NONE}


def test_what_flaps_changes_each_time_and_stays_one_cause() -> None:
    changes = Generator(WORLD, 1).flapping(ELSEWHERE[0], NOW, changes=6, every=20)

    assert [alarm.body["status"] for alarm in changes] == ["firing", "resolved"] * 3
    assert len({alarm.cause for alarm in changes}) == 1


def test_chatter_comes_from_one_device_at_irregular_times() -> None:
    alarms = list(Generator(WORLD, 1).chatter(ELSEWHERE[0], NOW, NOW + 3600, every=30))
    gaps = {round(later.at - earlier.at, 3) for earlier, later in pairwise(alarms)}

    assert 80 < len(alarms) < 160
    assert len({alarm.body["device"] for alarm in alarms}) == 1
    assert len(gaps) > 50


def test_more_alarms_than_a_feeder_has_devices_are_refused() -> None:
    with pytest.raises(ValueError, match="no 300 can alarm"):
        Generator(WORLD, 1).power_cut(STORMY, NOW, alarms=300)
