"""Bring the database to this version, in a process of its own that then gives its memory back.

`python -m watchfloor.cli.prepare [--static]` needs WATCHFLOOR_DB_OWNER and nothing that runs.
"""

import os
import sys

import django
import psycopg
from django.core.management import call_command

from watchfloor.embedded.broker import QUEUE_TABLE
from watchfloor.embedded.roles import OWNER, VARIABLES


def prepare(*, static: bool) -> None:
    """Migrate as wf_owner, make the queue's table and, for a web server, gather static files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "watchfloor.config.settings.embedded")
    django.setup()
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    with psycopg.connect(os.environ[VARIABLES[OWNER]], autocommit=True) as connection:
        connection.execute(QUEUE_TABLE)
    if static:
        call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    prepare(static="--static" in sys.argv[1:])
