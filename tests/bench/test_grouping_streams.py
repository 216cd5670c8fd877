"""The made streams: the same from the same seed, true to their truth, and fair."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from watchfloor.aiops.types import Signal
from watchfloor.bench.grouping import recorded
from watchfloor.bench.grouping.darkness import DARK_SITES, WITHIN_KM, darkness
from watchfloor.bench.grouping.estate import estate
from watchfloor.bench.grouping.labelled import DAY, Labelled
from watchfloor.bench.grouping.lasting import VARIANTS, with_lasting
from watchfloor.bench.grouping.mixed import mixed
from watchfloor.bench.grouping.storms import SETS, storms

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.parametrize("name", SETS)
def test_a_storm_is_hundreds_of_reports_of_one_fault_and_nothing_is_noise(name: str) -> None:
    sizes = Counter(told.truth.campaign for told in storms(name, count=8).told)

    assert "" not in sizes
    assert len(sizes) == 8
    assert sorted(sizes.values())[len(sizes) // 2] >= 150


def test_the_same_seed_makes_the_same_stream_and_another_another() -> None:
    first, again, other = (storms("power", seed=seed, count=2) for seed in (1, 1, 2))

    assert first.told == again.told
    assert first.told != other.told
    assert estate(1).told == estate(1).told


def test_streams_do_not_depend_on_how_strings_are_hashed() -> None:
    """What is iterated must be in an order of its own: the hash of a string is another each day."""
    script = (
        "from zlib import crc32\n"
        "from watchfloor.bench.grouping import darkness, estate, lasting, related, storms\n"
        "noisy = estate.estate(1, days=3)\n"
        "streams = [storms.storms('all kinds', count=3), darkness.darkness(1, decoy=True).stream,\n"
        "           lasting.with_lasting(noisy, 'chatter'), related.related(1, 10)]\n"
        "print([crc32(repr(stream.told).encode()) for stream in streams])\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(told) == 1


def test_every_report_has_an_id_of_its_own_and_what_is_over_had_begun() -> None:
    stream = storms("all kinds", count=6)
    ids = [told.report.event_id for told in stream.told]
    firing: set[tuple[str, str]] = set()
    in_order = sorted(stream.told, key=lambda told: told.truth.at)
    for told in in_order:
        key = (told.truth.host, told.truth.type)
        if told.report.status is Signal.FIRING:
            firing.add(key)
        else:
            assert key in firing

    assert len(set(ids)) == len(ids)


def test_an_estate_is_mostly_noise_with_attacks_of_several_steps_inside() -> None:
    truth = [told.truth for told in estate(2).told]
    steps = defaultdict(set)
    for one in truth:
        if one.step:
            steps[one.campaign].add(one.step)

    assert sum(one.is_noise for one in truth) > 0.5 * len(truth)
    assert len(steps) == 3
    assert all(len(found) >= 3 for found in steps.values())


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_lasting_signal_is_on_for_two_days_and_leaves_the_rest_alone(variant: str) -> None:
    stream = estate(1)
    laid = with_lasting(stream, variant)
    struck = {told.truth.host for told in stream.told if told.truth.step}
    own = {told.report.event_id for told in stream.told}
    added = [told for told in laid.told if told.report.event_id not in own]
    truth = added[0].truth

    assert [told for told in laid.told if told.report.event_id in own] == list(stream.told)
    assert len({told.truth.host for told in added}) == 1
    assert 1.9 * DAY < added[-1].truth.at - truth.at <= 2 * DAY
    assert (truth.host in struck) == (variant == "on the attacked host")
    assert truth.is_noise == (variant != "attack")
    assert bool(truth.step) == (variant == "attack")
    assert (truth.at == stream.told[0].truth.at) == (variant == "from the first minute")


def test_storms_fall_into_the_days_of_the_noisy_estate_at_other_sites() -> None:
    noisy = estate(1)
    both = mixed(noisy, count=5)
    sites = {told.report.site for told in noisy.told}
    stormy = [told for told in both.told if told.report.site not in sites]

    assert len(both.told) == len(noisy.told) + len(stormy)
    assert {told.truth.campaign for told in stormy if told.truth.step} <= {
        told.truth.campaign for told in stormy
    }
    assert min(told.truth.at for told in stormy) >= noisy.told[0].truth.at
    assert max(told.truth.at for told in stormy) <= noisy.told[-1].truth.at


def _kilometres(dark: Labelled, one: str, other: str) -> float:
    sites = dark.inventories[""].sites
    a, b = sites[one], sites[other]
    assert a.lat is not None
    assert a.lon is not None
    assert b.lat is not None
    assert b.lon is not None
    return float(((a.lat - b.lat) ** 2 * 111.2**2 + (a.lon - b.lon) ** 2 * 75.5**2) ** 0.5)


@pytest.mark.parametrize("decoy", [False, True])
def test_a_dark_town_is_near_itself_and_far_from_the_others(decoy: bool) -> None:
    night = darkness(3, decoy=decoy)
    inventory = night.stream.inventories[""]
    outage = {t.report.site for t in night.stream.told if t.truth.step == "outage"}
    decoys = {t.report.site for t in night.stream.told if t.truth.step.startswith("decoy")}

    assert len(night.dark) == DARK_SITES
    assert outage == night.dark
    assert decoys <= night.far
    assert len(decoys) == (4 if decoy else 0)
    assert all(not site.feeder for site in inventory.sites.values())
    assert max(_kilometres(night.stream, a, b) for a in night.dark for b in night.dark) < WITHIN_KM
    assert min(_kilometres(night.stream, a, b) for a in night.dark for b in night.far) > 30


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here")
def test_recorded_attacks_are_read_in_place_with_their_truth() -> None:
    first = next(recorded.attacks(DATA))

    assert len(first.told) == 45_544
    assert all(told.report.timestamp == told.truth.at for told in first.told)
    assert sum(bool(told.truth.step) for told in first.told) > 1000
