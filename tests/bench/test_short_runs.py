"""Each measurement on a small load: that it measures, not how fast this machine is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.utils import timezone

from tests import commands
from tests.homes import passable_folder, settled_home
from tests.soaking import IS_FULL
from watchfloor.bench import browsers, desks, floors, ingest, lifesafety, live, memory, names
from watchfloor.bench.floors import BenchFloor
from watchfloor.bench.streams import stream
from watchfloor.bench.watching import link_of_somebody

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]
SHORTENED = {
    "times_larger": 2, "examples": 1, "kinds": 50, "trials": 1, "watching": 1, "reports": 30,
    "kills": 1, "alerts": 100, "presses": 3, "pages": 3,
}  # fmt: skip


def now() -> float:
    return timezone.now().timestamp()


class ForkingFloor(BenchFloor):
    """Runs its commands in forks: for every key and person it would start an interpreter."""

    def command(self, *arguments: str | Path, seconds: float = 120) -> str:
        env = floors.clean_environment()
        done = commands.command(*arguments, "--home", self.home, env=env, seconds=int(seconds))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def floor() -> Iterator[BenchFloor]:
    with passable_folder() as folder:
        home, settings = settled_home(folder / "home"), {"WATCHFLOOR_SERVER_TIMING": "true"}
        started = floors.start(home, settings=settings)
        try:
            floors.wait_for_parts(started)
            yield ForkingFloor(**vars(started))
        finally:
            floors.stop(started)


@pytest.mark.browser
def test_a_newcomers_own_alarms_come_to_the_screen_as_one_row(floor: BenchFloor) -> None:
    if lacking := browsers.why_none():
        pytest.skip(lacking)
    newcomer = browsers.needing_browser("watchfloor.bench.newcomer")

    newcomer.see_own_alarms(httpx.URL(floor.url).join(link_of_somebody(floor, "admin")))

    found = newcomer.rows(newcomer.Arrival(ready=20.0, grouped=301.0))
    assert [row.ok for row in found] == [None, False, None]


@pytest.mark.browser
@pytest.mark.soak
@pytest.mark.timeout(1_800 if IS_FULL else 300)
def test_the_console_is_measured_part_by_part(floor: BenchFloor) -> None:
    if lacking := browsers.why_none():
        pytest.skip(lacking)
    console = browsers.needing_browser("watchfloor.bench.console.measuring")
    load = console.Load() if IS_FULL else console.Load(**SHORTENED)

    found = console.measure_on(floor, now, load)

    assert found.large.queries.keys() >= {"/", "/alerts", "/incidents/…", "/sites/…", "/audit"}
    assert all(count > 0 for count in found.large.queries.values())
    assert found.faults.pages == (load.pages or len(found.large.examples))
    assert found.painted.weights
    assert (found.restarted.lost, found.restarted.doubled) == (0, 0)
    assert found.restarted.reports == load.reports
    assert found.listed.listed >= load.alerts
    assert found.listed.drawn <= 80
    assert len(found.pressed.moved) == len(found.pressed.changed) == load.presses
    assert found.pressed.confirmed >= found.pressed.changed
    assert {row.least for row in console.rows(found)} >= {"15", "150 MB", "200 kB"}


def test_ingest_counts_every_report_and_whose_processor_time_it_was(floor: BenchFloor) -> None:
    found = ingest.measure_on(floor, stream(None, limit=2000), singles=200)

    assert (found.batches.reports, found.singles.reports) == (2000, 200)
    assert found.batches.cpu["pipeline"] > 0
    assert found.batches.cpu["postgres"] > 0
    assert "in bodies of 100" in ingest.rows(found)[0].what


def test_calls_for_help_are_all_seen_and_alone(floor: BenchFloor) -> None:
    found = lifesafety.measure_on(floor, now, calls=20, reports=1500)

    assert found.told.missing == 0
    assert found.own_incidents == 20
    assert (found.paused, found.merged, found.hidden) == (0, 0, 0)


def test_every_socket_is_told_of_every_report(floor: BenchFloor) -> None:
    found = live.measure_on(floor, reports=40, watching=12, real_page=False)

    assert found.told.missing == 0
    assert len(found.told.delays) == 40 * 12
    assert live.notes(found) == ["No real page was open, as none was asked for: a socket stood in"
                                 " for it."]  # fmt: skip


@pytest.mark.browser
def test_every_report_comes_into_a_real_page(floor: BenchFloor) -> None:
    found = live.measure_on(floor, reports=40, watching=2)
    if found.page is None:
        pytest.skip(found.why_no_page)

    assert found.page.missing == found.told.missing == 0
    assert len(found.page.delays) == len(found.told.delays) == 40
    assert all(0 < delay < 30 for delay in found.page.delays)
    assert "in a real page" in live.rows(found)[0].what


def test_of_double_acts_of_six_desks_each_is_counted_as_applied_or_told(floor: BenchFloor) -> None:
    found = desks.measure_on(floor, now, acts=300, seed=1)

    assert found.acts == found.applied + found.unchanged + len(found.told_after)
    assert found.doubles > 20
    assert (found.applied_twice, found.claimed_twice, found.untold, found.miscounted) == (0,) * 4


def test_names_are_matched_and_none_wrongly(floor: BenchFloor) -> None:
    found = names.measure_on(floor, alarms=600, seed=1)

    assert found.wrong == 0
    assert found.right > 500


def test_memory_is_told_by_part_and_over_time(floor: BenchFloor) -> None:
    found = memory.measure_on(floor, 1000, rest=0.1)

    assert [held.reports for held in found] == [0, 200, 400, 600, 800, 1000]
    assert all({"web", "pipeline", "worker", "postgres"} <= held.parts.keys() for held in found)
