"""`watchfloor demo drill NAME`: one labelled drill, for one desk if asked, and what was done."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.visiting import now, visit
from watchfloor.demo.company.drills import DRILLS
from watchfloor.demo.company.registers import registers
from watchfloor.demo.drilling import Drilling
from watchfloor.demo.world import make_world
from watchfloor.embedded.errors import Misuse

LONGEST_MINUTES = 30.0
NAMES = "\n\n".join(f"{drill.name}: {drill.says}." for drill in DRILLS.values())


@click.command(help=f"Play one drill into the running floor, and say what was done.\n\n{NAMES}")
@click.argument("name", type=click.Choice(tuple(DRILLS)))
@click.option("--desk", metavar="EMAIL", help="Assign its incidents to this user.")
@click.option("--speed", type=click.FloatRange(0.1, 1000), help="Times as fast as life.")
@click.option("--seed", type=int, help="Where and how it happens; the same seed, the same drill.")
@click.option("--minutes", type=click.FloatRange(0.1, 480), default=LONGEST_MINUTES,
              show_default=True, help="Break off after so long.")  # fmt: skip
@json_option
@home_option
def drill(
    name: str,
    desk: str | None,
    speed: float | None,
    seed: int | None,
    minutes: float,
    as_json: bool,
    home: str | None,
) -> None:
    wanted, world = DRILLS[name], make_world()
    with visit(home, "drill", make=True, beside=True) as floor:
        user = None if desk is None else floor.user_of(desk)
        if desk is not None and user is None:
            raise Misuse(f"nobody in the demo's tenant signs in as {desk}")
        floor.import_world(world)
        floor.import_registers(registers(world, now()))
        own_seed = int(now()) if seed is None else seed
        drilling = Drilling(floor, wanted, world, now, speed or wanted.speed, own_seed, user)
        notes = drilling.play(minutes * 60)
    if as_json:
        click.echo(json.dumps([asdict(note) for note in notes]))
        return
    for note in notes:
        click.echo(str(note))
