"""From a clone to one's own alarms on the screen, grouped: what a newcomer's machine takes for it.

Does what README and the page of first steps say, with the launcher, a shell and a real Chromium.
"""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Page

from watchfloor.aiops.types import Seconds
from watchfloor.bench.floors import STOP_SECONDS, NotMeasured, clean_environment
from watchfloor.bench.results import Row
from watchfloor.bench.starting import fresh_clone, launch, time_to_ready
from watchfloor.demo.pages import page_of

CAMERAS = 9
LEAST, AIM = 300, 180
# Clone, start, open the link, sign in; first steps, keys, make one, name it, make it, copy it;
# paste the example; send the alarms; look at the list.
ACTS = 13
PATIENCE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """`ready`: seconds until the floor stood. `grouped`: until the alarms were one row."""

    ready: Seconds
    grouped: Seconds


def measure(repository: Path) -> Arrival:
    """Come to a fresh clone with an empty home. Raises: NotMeasured, NoBrowser."""
    with fresh_clone(repository, clean_environment()) as (clone, environment):
        began = time.monotonic()
        process = launch(clone, environment)
        try:
            ready, link = time_to_ready(process, began)
            see_own_alarms(httpx.URL(link))
            return Arrival(ready, time.monotonic() - began)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def see_own_alarms(link: httpx.URL) -> None:
    """Sign in by the link, make a key, send the page's example and ten alarms, see one row."""
    url = f"{link.scheme}://{link.netloc.decode()}"
    with page_of(url, link.path) as page:
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{url}/welcome")
        example = page.get_by_role("region", name="An alert to send").inner_text()
        key = _key_made(page, url)
        _paste(example.replace("KEY", key))
        _send(url, key)
        page.goto(url)
        page.locator("#rows [data-slot=count]", has_text=f"{CAMERAS + 1} alerts").wait_for()


def _key_made(page: Page, url: str) -> str:
    page.goto(f"{url}/keys")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_label("Name", exact=True).fill("my alarms")
    page.get_by_role("button", name="Make the key").click()
    dialog = page.locator("#once-dialog[open]")
    dialog.wait_for()
    return dialog.get_by_label("Shown this once").input_value()


def _paste(command: str) -> None:
    done = subprocess.run(  # noqa: S602  a newcomer pastes it into a shell
        command, shell=True, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or '"accepted"' not in done.stdout:
        raise NotMeasured(f"the example of the first steps fails: {done.stdout} {done.stderr}")


def _send(url: str, key: str) -> None:
    """Send a power cut at one site and the cameras that go dark with it."""
    cut = {"alert_type": "POWER_FAILURE", "site": "Depot", "entity_id": "mains"}
    dark = [
        {"alert_type": "CAMERA_OFFLINE", "site": "Depot", "entity_id": f"camera {number}"}
        for number in range(CAMERAS)
    ]
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{url}/api/v1/alerts", json=[cut, *dark], headers=headers)
    if answer.status_code != httpx.codes.ACCEPTED:
        raise NotMeasured(f"the floor refused the alarms: {answer.text}")


def rows(found: Arrival) -> list[Row]:
    return [
        Row("fresh clone, empty home: ready", f"{found.ready:.1f} s"),
        Row(f"own alarms on screen, grouped ({ACTS} acts, without the time to read)",
            f"{found.grouped:.1f} s", f"{LEAST} s", f"{AIM} s", found.grouped <= LEAST),
        Row("left of the five minutes for a person, per act",
            f"{(LEAST - found.grouped) / ACTS:.0f} s"),
    ]  # fmt: skip
