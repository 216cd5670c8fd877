"""`watchfloor manage ...`: Django's own commands, on this home's database."""

import click
from django.core.management import ManagementUtility

from watchfloor.cli.context import floor
from watchfloor.cli.options import home_option


@click.command(
    context_settings={"ignore_unknown_options": True},
    add_help_option=False,
)
@home_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(home: str | None, arguments: tuple[str, ...]) -> None:
    """Pass through to Django's commands; `manage help` lists them."""
    with floor(home):
        ManagementUtility(["watchfloor manage", *(arguments or ("help",))]).execute()
