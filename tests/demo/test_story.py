"""The night shift on a real floor, as `up --demo` plays it. In order: the last ones remove it."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.demo.conftest import DemoFloor
from tests.soaking import IS_FULL
from watchfloor.bench.floors import pages
from watchfloor.bench.ingest import wait_until_worked
from watchfloor.demo import film
from watchfloor.demo.company.drills import DRILLS
from watchfloor.demo.company.seasons import HOUR
from watchfloor.demo.filling import SUSPECTED
from watchfloor.demo.pages import CHROMIUM
from watchfloor.demo.world import make_world

pytestmark = pytest.mark.timeout(300)

LIVE_MINUTES = "1" if IS_FULL else "0.1"
MISSED = "alerts?alert_type=ATTENDANCE_MISSING&signal=firing"


def key_of(floor: DemoFloor, scope: str) -> str:
    asked = ("key", "create", "--name", f"to {scope}", "--scope", scope, "--tenant", "demo")
    return floor.watchfloor(*asked).stdout.strip()


def told_of_events(floor: DemoFloor, key: str) -> dict[str, str]:
    """Return the alerts that are neither the night's own nor findings, by id, of which type.

    Those come at any time: an inspection looks at the present, whatever past is brought in.
    """
    rows = pages(floor, key, "/api/v1/alerts?limit=200")
    return {
        row["id"]: row["alert_type"]
        for row in rows
        if row["source"] != "night-shift" and "finding" not in row["labels"]
    }


@pytest.mark.soak
def test_every_moment_is_seen_by_its_deadline(demo_floor: DemoFloor) -> None:
    done = demo_floor.watchfloor("demo", "check", "--json")
    verdicts = {one["id"]: one for one in json.loads(done.stdout)}

    assert done.returncode == 0, verdicts
    assert list(verdicts) == ["calm", "storm", "panic", "explained", "stray"]
    assert all(one["seen_after"] <= one["deadline"] <= 60 for one in verdicts.values())


@pytest.mark.browser
@pytest.mark.skipif(not any(map(shutil.which, CHROMIUM)), reason="no Chromium is installed")
def test_every_moment_is_on_the_page_too(demo_floor: DemoFloor) -> None:
    done = demo_floor.watchfloor("demo", "check", "--browser", "--json")
    pages = [one for one in json.loads(done.stdout) if one["id"].endswith("(page)")]

    assert done.returncode == 0, pages
    assert len(pages) == 5


@pytest.mark.browser
@pytest.mark.skipif(not any(map(shutil.which, CHROMIUM)), reason="no Chromium is installed")
def test_pictures_and_film_are_taken_of_the_night(demo_floor: DemoFloor, tmp_path: Path) -> None:
    made = demo_floor.watchfloor("user", "link", "demo@localhost", "--tenant", "demo")
    files = list(film.shoot(demo_floor.url, httpx.URL(made.stdout.strip()).path, tmp_path))

    assert [file.name for file in files] == [
        "film.webp", "floor.png", "floor-dark.png", "phone.png", "incident.png",
    ]  # fmt: skip
    with Image.open(files[0]) as taken:
        assert taken.n_frames >= 8
    assert files[0].stat().st_size < 3_000_000
    assert demo_floor.watchfloor("demo", "check").returncode == 0


def test_the_printed_link_signs_into_the_demo(demo_floor: DemoFloor) -> None:
    with httpx.Client(base_url=demo_floor.url) as browser:
        path = httpx.URL(demo_floor.sign_in).path
        form = browser.get(path).text
        token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        browser.post(path, data={"csrfmiddlewaretoken": token})
        me = browser.get("/api/v1/me").json()

    assert me["email"] == "demo@localhost"


def test_filling_again_leaves_the_story_alone(demo_floor: DemoFloor) -> None:
    done = demo_floor.watchfloor("demo", "fill", "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sites"] == 40
    assert demo_floor.watchfloor("demo", "check").returncode == 0


def test_days_of_the_past_are_recorded_and_raise_suspicions_only(
    demo_floor: DemoFloor,
) -> None:
    key = key_of(demo_floor, "read")
    before = told_of_events(demo_floor, key)
    done = demo_floor.watchfloor("demo", "fill", "--days", "2", "--measured-days", "0", "--json")
    events = json.loads(done.stdout)["events"]

    assert done.returncode == 0, done.stderr
    assert events["attendance"] > 400
    assert events["tours"] > 1000
    wait_until_worked(demo_floor, patience=60)
    raised = told_of_events(demo_floor, key).items() - before.items()
    assert {alert_type for _, alert_type in raised} <= SUSPECTED


def seed_that_a_restart_ends() -> int:
    """Return the seed of a drill that would go on for hours, until somebody restarts the right
    thing."""
    for seed in count():
        company = DRILLS["dead-gateway"].open(make_world(), seed, 0.0).company
        list(company.advance(HOUR))
        for incident in company.open_incidents():
            lasts = incident.ends_at - incident.start
            if lasts > 4 * HOUR and company.attempt(incident, "restart_service", by="desk"):
                return seed
    raise AssertionError


def test_what_a_desk_orders_in_a_drill_ends_its_cause(demo_floor: DemoFloor) -> None:
    headers = {"Authorization": f"Bearer {key_of(demo_floor, 'operate')}"}
    drill = ("demo", "drill", "dead-gateway", "--speed", "200", "--minutes", "1", "--json")
    with (
        httpx.Client(base_url=f"{demo_floor.url}/api/v1", headers=headers, timeout=20) as desk,
        ThreadPoolExecutor(1) as beside,
    ):
        seed = str(seed_that_a_restart_ends())
        playing = beside.submit(demo_floor.watchfloor, *drill, "--seed", seed)
        while not (seen := {row["incident_id"] for row in drilled(desk)} - {None}):
            assert not playing.done(), playing.result().stderr
            time.sleep(0.2)
        order = {"text": "Restart the gateway, please"}
        desk.post(f"/incidents/{seen.pop()}/comment", json=order).raise_for_status()
        notes = [note["text"] for note in json.loads(playing.result().stdout)]
        wait_until_worked(demo_floor, patience=60)

        assert "restart_service works" in notes, notes
        assert "the cause is over, by what was done" in notes
        assert {row["signal"] for row in drilled(desk)} == {"resolved"}


def drilled(desk: httpx.Client) -> list[dict[str, Any]]:
    """Return the alerts of cameras that a drill has raised."""
    asked = {"alert_type": "VIDEO_LOSS", "limit": 200}
    rows = desk.get("/alerts", params=asked).raise_for_status().json()["items"]
    return [row for row in rows if "drill" in row["labels"]]


@pytest.mark.soak
def test_the_company_goes_on_and_nobody_who_is_there_is_missed(demo_floor: DemoFloor) -> None:
    done = demo_floor.watchfloor("demo", "live", "--minutes", LIVE_MINUTES)
    wait_until_worked(demo_floor, patience=60)
    missed = demo_floor.watchfloor("api", "get", MISSED, "--tenant", "demo")

    assert done.returncode == 0, done.stderr
    assert "causes" in done.stdout
    assert missed.stdout.count("has not checked in") < 20


def test_with_the_plug_pulled_all_that_was_accepted_is_stored(demo_floor: DemoFloor) -> None:
    done = demo_floor.watchfloor("demo", "plug", "--json")
    outcome = json.loads(done.stdout)

    assert done.returncode == 0, (outcome, done.stderr)
    assert outcome["stored"] == outcome["accepted"] > 100


def test_the_plug_is_not_pulled_beside_a_real_tenant_at_work(demo_floor: DemoFloor) -> None:
    key = demo_floor.watchfloor("key", "create", "--name", "real").stdout.strip()
    headers = {"Authorization": f"Bearer {key}"}
    httpx.post(f"{demo_floor.url}/api/v1/alerts", json={"alert_type": "DOOR"}, headers=headers)

    wait_until_worked(demo_floor, patience=60)
    done = demo_floor.watchfloor("demo", "plug")

    assert done.returncode == 2
    assert "main is a real tenant" in done.stderr


def test_what_is_removed_is_gone_and_the_first_tenant_is_not(demo_floor: DemoFloor) -> None:
    done = demo_floor.watchfloor("demo", "remove", "--json")
    left = json.loads(demo_floor.watchfloor("tenant", "list", "--json").stdout)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] > 1000
    assert [tenant["slug"] for tenant in left] == ["main"]
    assert demo_floor.watchfloor("audit", "verify").returncode == 0


def test_without_a_night_the_check_says_how_to_start_one(demo_floor: DemoFloor) -> None:
    done = demo_floor.watchfloor("demo", "check")

    assert done.returncode == 2
    assert "demo play" in done.stderr
    assert done.stderr.count("\n") == 1
