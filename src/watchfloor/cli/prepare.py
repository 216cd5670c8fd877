"""Bring the database to this version, in a process of its own that then gives its memory back.

Needs WATCHFLOOR_DB_OWNER; with `--link` the roles app and system too, and prints the path of a
sign-in link, alone, on stdout.
"""

import os
from pathlib import Path

import click
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from watchfloor.cli.nightshift import ensure_demo_admin
from watchfloor.embedded.broker import QUEUE_TABLE
from watchfloor.embedded.roles import OWNER, VARIABLES
from watchfloor.platform import migrating
from watchfloor.platform.accounts import signing


def migrate() -> None:
    """Migrate as wf_owner and make the queue's table."""
    with migrating.rendering_what_changes():
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    with psycopg.connect(os.environ[VARIABLES[OWNER]], autocommit=True) as connection:
        connection.execute(QUEUE_TABLE.encode())


def gather_static() -> None:
    """Copy the static files to where the web process serves them from, hashed."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)


def sign_in_link(*, demo: bool) -> str:
    """Return the path of a new one-time link for the first administrator, made if need be; or
    for the demo's, which sees the night shift."""
    now = timezone.now()
    first = signing.ensure_first_admin(now)
    return signing.create_sign_in_link(ensure_demo_admin(now) if demo else first, now)


@click.command()
@click.option("--migrate", "with_migrations", is_flag=True)
@click.option("--static", is_flag=True)
@click.option("--link", is_flag=True)
@click.option("--demo", is_flag=True)
def command(with_migrations: bool, static: bool, link: bool, demo: bool) -> None:
    """Bring the database of the environment's addresses to this version."""
    if with_migrations:
        migrate()
    if static:
        gather_static()
    if link:
        click.echo(sign_in_link(demo=demo))
