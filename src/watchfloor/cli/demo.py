"""`watchfloor demo ...`: the night shift, its company and its drills, in a tenant of its own."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import click
import httpx
from django.db import connections
from django.utils import timezone

from watchfloor.bench.floors import NotMeasured, bench_floor
from watchfloor.bench.processes import pids_of
from watchfloor.cli.company import company
from watchfloor.cli.context import floor
from watchfloor.cli.drill import drill
from watchfloor.cli.fill import fill
from watchfloor.cli.live import live
from watchfloor.cli.nightshift import demo_tenant, end_visits, ensure_demo_admin, fresh_keys
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.visiting import NO_NIGHT, now, visit, visited
from watchfloor.demo import player
from watchfloor.demo.checking import Checked, check_moments
from watchfloor.demo.diary import Diary
from watchfloor.demo.floor import Floor
from watchfloor.demo.moments import Sight
from watchfloor.demo.plug import pull
from watchfloor.demo.world import make_world
from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.embedded.home import Home
from watchfloor.embedded.roles import VARIABLES
from watchfloor.noc.alerts.models import Report
from watchfloor.platform.accounts.signing import create_sign_in_link
from watchfloor.platform.tenancy.removal import remove_demo_tenant

FAILED = 1
KEYS_END_SECONDS = 1.0
"""How long running processes take, generously, to hear that a key has ended."""


@click.group("demo")
def command() -> None:
    """Fill, play, check, film and remove the night shift."""


command.add_command(company)
command.add_command(drill)
command.add_command(fill)
command.add_command(live)


@command.command()
@click.option("--once", is_flag=True, help="End after the last moment.")
@home_option
def story(once: bool, home: str | None) -> None:
    """Go on with the night from where it was, or begin it; then run free until stopped."""
    _become_player(home, once=once)


@command.command()
@click.option("--once", is_flag=True, help="End after the last moment.")
@home_option
def play(once: bool, home: str | None) -> None:
    """Begin the night anew: what was played before is removed."""
    _take_away(home)
    _become_player(home, once=once)


@command.command()
@click.option("--browser", is_flag=True, help="Look at the pages too, in a real Chromium.")
@json_option
@home_option
def check(browser: bool, as_json: bool, home: str | None) -> int:
    """Say of each moment of the night that plays whether it was seen in time. Exit 1 if not."""
    file = _diary_file(home)
    pages = _in_browser("watchfloor.demo.pages", "--browser") if browser else None
    with visit(home, "check") as visitor:
        try:
            found = check_moments(visitor, file, clock=now)
        except FileNotFoundError:
            raise Misuse(NO_NIGHT) from None
        if pages is not None:
            found += _check_pages(pages, visitor, file)
    _show(found, as_json=as_json)
    return 0 if all(one.ok for one in found) else FAILED


@command.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default="docs/images",
              show_default=True, help="The folder for the files.")  # fmt: skip
def film(out: Path) -> None:
    """Begin a night on a floor of its own, and take the README's pictures and film of it."""
    studio, pages = (
        _in_browser(f"watchfloor.demo.{one}", "demo film") for one in ("film", "pages")
    )
    try:
        with bench_floor("--demo") as begun:
            for file in studio.shoot(begun.url, httpx.URL(begun.sign_in).path, out):
                click.echo(f"{file}: {file.stat().st_size / 1000:,.0f} kB")
    except (NotMeasured, pages.NoBrowser) as error:
        raise FloorError(str(error)) from None


@command.command()
@json_option
@home_option
def plug(as_json: bool, home: str | None) -> int:
    """Kill database and worker under load, and show that what was accepted is stored. Exit 1 if
    not."""
    with visit(home, "plug", make=True) as visitor:
        _refuse_beside_others()
        supervisor = json.loads(Home.at(home).running.read_text())["pid"]
        seed = int(now())
        outcome = pull(visitor.again, make_world(), seed, now, lambda: _pull(supervisor))
    told = "accepted {accepted}, stored {stored}; the longest wait for an answer was {silent} s"
    click.echo(json.dumps(asdict(outcome)) if as_json else told.format(**asdict(outcome)))
    return 0 if outcome.is_whole else FAILED


@command.command()
@json_option
@home_option
def remove(as_json: bool, home: str | None) -> None:
    """Delete the demo's tenant with all its rows, and nothing else."""
    rows = _take_away(home)
    click.echo(json.dumps({"rows": rows}) if as_json else f"{rows} rows of the demo are gone")


def _in_browser(module: str, wish: str) -> ModuleType:
    """Return a module that looks at pages. Raises: Misuse where the test extras are missing."""
    if not all(map(importlib.util.find_spec, ("playwright", "PIL"))):
        raise Misuse(f"{wish} needs the test extras: pip install 'watchfloor[test]'")
    return importlib.import_module(module)


def _check_pages(pages: ModuleType, visitor: Floor, file: Path) -> list[Checked]:
    diary = Diary.read(file)
    link = create_sign_in_link(ensure_demo_admin(timezone.now()), timezone.now())
    sight = Sight(visitor, diary.started_at if diary else 0.0)
    # Playwright's loop runs in its thread, where Django refuses what blocks.
    with ThreadPoolExecutor(1) as beside:
        try:
            wrong = beside.submit(pages.look_at_pages, visitor.url, link, sight).result()
        except pages.NoBrowser as error:
            raise Misuse(str(error)) from None
    return [Checked.on_page(name, said) for name, said in wrong.items()]


def _refuse_beside_others() -> None:
    """Raises: Misuse where a tenant that is no demo has been heard within the hour."""
    since = timezone.now() - timedelta(hours=1)
    heard = Report.objects.using("system").filter(received_at__gt=since, tenant__is_demo=False)
    other = heard.values_list("tenant__slug", flat=True).first()
    if other is not None:
        raise Misuse(f"{other} is a real tenant at work here: the plug is pulled for demos only")


def _pull(supervisor: int) -> None:
    """End database and worker at once, without a word."""
    for part in ("postgres", "worker"):
        for pid in pids_of(supervisor, part)[:1]:
            os.kill(pid, signal.SIGKILL)


def _become_player(home: str | None, *, once: bool) -> None:
    """Turn into the small process that plays: it needs two keys and no database."""
    with floor(home) as here:
        keys = fresh_keys(visited(here.url, make=True), "story", timezone.now())
        told = player.environment(
            url=here.url or "",
            ingest_key=keys.ingest,
            admin_key=keys.admin,
            diary=_diary_file(home),
            once=once,
        )
    connections.close_all()
    passwords = {*VARIABLES.values(), "WATCHFLOOR_SECRET_KEY", "WATCHFLOOR_SECRET_KEY_FILE"}
    kept = {name: value for name, value in os.environ.items() if name not in passwords}
    command = [sys.executable, "-m", "watchfloor.demo.player"]
    os.execve(sys.executable, command, {**kept, **told})  # noqa: S606 - no shell is wanted


def _take_away(home: str | None) -> int:
    with floor(home):
        tenant = demo_tenant()
        if tenant is None:
            return 0
        end_visits(tenant, timezone.now())
        time.sleep(KEYS_END_SECONDS)
        rows = remove_demo_tenant(tenant)
    _diary_file(home).unlink(missing_ok=True)
    return rows


def _diary_file(home: str | None) -> Path:
    return Home.at(home).path / "night-shift.json"


def _show(found: Sequence[Checked], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([one.as_dict() for one in found]))
        return
    for one in found:
        click.echo(str(one))
