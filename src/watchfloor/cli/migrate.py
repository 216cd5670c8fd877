"""`watchfloor migrate`: the one step before the processes of a floor on many machines start."""

import os
import subprocess

import click

from watchfloor.cli import parts
from watchfloor.cli.options import home_option
from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.embedded.external import URL, external_ground, set_up_roles, setup_statements
from watchfloor.embedded.home import Home


@click.command()
@home_option
@click.option("--print-sql", is_flag=True, help="Print what an administrator runs once, and stop.")
def command(home: str | None, print_sql: bool) -> None:
    """Make the roles in WATCHFLOOR_DATABASE_URL and bring the database to this version."""
    ground = external_ground(Home.at(home))
    if ground is None:
        raise Misuse(f"{URL} is not set: `watchfloor up` migrates a database of its own by itself")
    if print_sql:
        click.echo("".join(f"{line};\n" for line in setup_statements(ground.address)), nl=False)
        return
    set_up_roles(ground)
    prepare, environment = parts.preparation(ground, short=False, demo=False)
    done = subprocess.run(  # noqa: S603
        prepare, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise FloorError(f"migration failed: {done.stderr.strip()[-2000:]}")
    click.echo(f"migrated; sign in (once, within 30 minutes) at: {done.stdout.strip()}")
