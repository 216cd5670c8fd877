"""`watchfloor demo live`: the company goes on in a running floor, and hears what is done."""

from __future__ import annotations

import signal

import click
from django.utils import timezone

from watchfloor.aiops.types import Seconds
from watchfloor.cli.nightshift import ensure_demo_tenant
from watchfloor.cli.options import home_option
from watchfloor.cli.visiting import now, visit
from watchfloor.demo.company.registers import registers
from watchfloor.demo.living import Living
from watchfloor.demo.world import make_world
from watchfloor.domain.shifts import selectors as shifts
from watchfloor.platform.moments import seconds
from watchfloor.platform.tenancy.context import tenant_scope

PACE = 5.0
PATIENCE: Seconds = 15 * 60.0
"""For a floor that is started anew."""


@click.command()
@click.option("--pace", type=click.FloatRange(0.1, 100), default=PACE, show_default=True,
              help="Times more often than in life that something goes wrong.")  # fmt: skip
@click.option("--minutes", type=click.FloatRange(0.1), help="End after so long.")
@home_option
def live(pace: float, minutes: float | None, home: str | None) -> None:
    """Let the company go on in real time, until stopped; acts on the floor end causes, or fail."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    world, ends = make_world(), None if minutes is None else now() + minutes * 60
    with visit(home, "live", make=True, patience=PATIENCE) as floor:
        floor.import_world(world)
        floor.import_registers(registers(world, now()))
        living = Living(floor, world, now, click.echo, pace)
        company = living.go_on(lambda at: ends is not None and at >= ends, known=_last_known())
    worked = sum(act["works"] for act in company.truth.acts)
    causes, acts = len(company.truth.incidents), len(company.truth.acts)
    click.echo(f"{causes} causes, {acts} acts, of which {worked} worked")


def _last_known() -> Seconds | None:
    """Return when the floor last heard that somebody checked in or out in the demo's tenant."""
    with tenant_scope(ensure_demo_tenant(timezone.now()).pk):
        return seconds(shifts.last_punch())
