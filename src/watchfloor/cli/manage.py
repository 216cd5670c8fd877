"""`watchfloor manage ...`: Django's own commands, on this home's database."""

import click
from django.core.management import ManagementUtility

from watchfloor.cli.context import floor
from watchfloor.cli.options import home_option

ABOUT_TABLES = {"inspectdb", "migrate", "showmigrations", "sqlmigrate"}

ABOUT_FILES = {"makemigrations"}
"""What is to be migrated is not written yet: a new model has no table."""


@click.command(
    context_settings={"ignore_unknown_options": True},
    add_help_option=False,
)
@home_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(home: str | None, arguments: tuple[str, ...]) -> None:
    """Pass through to Django's commands; `manage help` lists them."""
    arguments = arguments or ("help",)
    with floor(home, migrates=arguments[0] not in ABOUT_FILES):
        ManagementUtility(["watchfloor manage", *_as_owner(arguments)]).execute()


def _as_owner(arguments: tuple[str, ...]) -> list[str]:
    """Let commands about tables act as the role that owns them, unless told otherwise."""
    told = any(word.startswith("--database") for word in arguments)
    if arguments[0] in ABOUT_TABLES and not told:
        return [*arguments, "--database", "owner"]
    return list(arguments)
