"""`watchfloor demo fill|play|check|remove|plug`: the night shift, in a tenant of its own."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from django.db import connections
from django.utils import timezone

from watchfloor.cli.context import floor
from watchfloor.cli.nightshift import (
    demo_tenant,
    end_keys,
    end_visits,
    ensure_demo_admin,
    ensure_demo_tenant,
    fresh_keys,
)
from watchfloor.cli.options import home_option, json_option
from watchfloor.demo import player
from watchfloor.demo.checking import Checked, check_moments
from watchfloor.demo.floor import Floor
from watchfloor.demo.world import make_world
from watchfloor.embedded.errors import Misuse
from watchfloor.embedded.home import Home
from watchfloor.embedded.roles import VARIABLES
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.platform.tenancy.removal import remove_demo_tenant

FAILED = 1
KEYS_END_SECONDS = 1.0
"""How long running processes take, generously, to hear that a key has ended."""
NO_FLOOR = "no floor runs here: start one with `watchfloor up --demo`"
NO_NIGHT = "no night plays here: start one with `watchfloor up --demo` or `watchfloor demo play`"


@click.group("demo")
def command() -> None:
    """Fill, play, check and remove the night shift."""


@command.command()
@json_option
@home_option
def fill(as_json: bool, home: str | None) -> None:
    """Make the demo's tenant with its clients, sites, devices and guards; play nothing."""
    world = make_world()
    with _visit(home, "fill", make=True) as visit:
        visit.import_world(world)
    done = {"sites": len(world.sites), "devices": len(world.devices), "people": len(world.guards)}
    told = "{sites} sites, {devices} devices and {people} guards are in the tenant demo"
    click.echo(json.dumps(done) if as_json else told.format(**done))


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
@json_option
@home_option
def check(as_json: bool, home: str | None) -> int:
    """Say of each moment of the night that plays whether it was seen in time. Exit 1 if not."""
    with _visit(home, "check") as visit:
        try:
            found = check_moments(visit, _diary_file(home), clock=_now)
        except FileNotFoundError:
            raise Misuse(NO_NIGHT) from None
    _show(found, as_json=as_json)
    return 0 if all(one.ok for one in found) else FAILED


@command.command()
@json_option
@home_option
def remove(as_json: bool, home: str | None) -> None:
    """Delete the demo's tenant with all its rows, and nothing else."""
    rows = _take_away(home)
    click.echo(json.dumps({"rows": rows}) if as_json else f"{rows} rows of the demo are gone")


@contextmanager
def _visit(home: str | None, purpose: str, *, make: bool = False) -> Iterator[Floor]:
    """Yield the running floor as the demo's tenant sees it, with keys that end afterwards."""
    with floor(home) as here:
        tenant = _tenant(here.url, make=make)
        keys = fresh_keys(tenant, purpose, timezone.now())
        visit = Floor(here.url or "", ingest_key=keys.ingest, admin_key=keys.admin)
        try:
            yield visit
        finally:
            visit.close()
            end_keys(tenant, purpose, timezone.now())


def _tenant(url: str | None, *, make: bool) -> Tenant:
    if url is None:
        raise Misuse(NO_FLOOR)
    tenant = demo_tenant()
    if tenant is None and make:
        ensure_demo_admin(timezone.now())
        tenant = ensure_demo_tenant(timezone.now())
    if tenant is None:
        raise Misuse(NO_NIGHT)
    return tenant


def _become_player(home: str | None, *, once: bool) -> None:
    """Turn into the small process that plays: it needs two keys and no database."""
    with floor(home) as here:
        keys = fresh_keys(_tenant(here.url, make=True), "story", timezone.now())
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


def _now() -> float:
    return timezone.now().timestamp()


def _show(found: Sequence[Checked], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([one.as_dict() for one in found]))
        return
    for one in found:
        click.echo(str(one))
