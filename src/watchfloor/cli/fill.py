"""`watchfloor demo fill`: the demo's company in its tenant, with days of its past if asked."""

from __future__ import annotations

import json
from typing import Any

import click

from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.progress import bar
from watchfloor.cli.visiting import now, visit
from watchfloor.demo import filling
from watchfloor.demo.company.registers import registers
from watchfloor.demo.world import SITES, make_world

TOLD = "{sites} sites, {devices} devices and {people} guards are in the tenant demo"
A_DAY = 2_300
"""Events of a day at 40 sites, about, to show how far it is."""


@click.command()
@click.option("--days", type=click.IntRange(0, 400), default=0, help="Days of its past.")
@click.option("--sites", type=click.IntRange(1, 500), default=SITES, show_default=True)
@click.option("--measured-days", type=click.IntRange(0, 90), default=filling.MEASURED_DAYS,
              show_default=True, help="Last days with beats, positions and readings.")  # fmt: skip
@json_option
@home_option
def fill(days: int, sites: int, measured_days: int, as_json: bool, home: str | None) -> None:
    """Make the demo's tenant with its clients, sites, devices and guards; play nothing."""
    world, began = make_world(sites=sites), now()
    with visit(home, "fill", make=True) as floor:
        floor.import_world(world)
        floor.import_registers(registers(world, began))
        done: dict[str, Any] = {
            "sites": len(world.sites), "devices": len(world.devices), "people": len(world.guards)
        }  # fmt: skip
        if days:
            with bar(days * A_DAY * sites // SITES, "filling") as shown:
                events = filling.fill(
                    floor, world, int(began), began, days=days,
                    measured_days=measured_days, tell=shown.advance,
                )  # fmt: skip
            done |= {"events": dict(events), "seconds": round(now() - began, 1)}
    if as_json:
        click.echo(json.dumps(done))
        return
    click.echo(TOLD.format(**done))
    if days:
        many, took = sum(done["events"].values()), done["seconds"]
        click.echo(f"{many:,} events of {days} days were recorded in {took:.0f} s")
