"""Options that mean the same in every command."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])


def home_option(function: _F) -> _F:
    """Add `--home DIR`; without it WATCHFLOOR_HOME or the platform's place for data is used."""
    return click.option("--home", metavar="DIR", help="The folder this floor lives in.")(function)


def json_option(function: _F) -> _F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)
