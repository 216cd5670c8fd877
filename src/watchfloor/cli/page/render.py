"""Draws the page: one file, no script, nothing fetched. What came from the file is escaped."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from watchfloor import __version__
from watchfloor.aiops.rehearsal.titles import thing_of, title
from watchfloor.aiops.titles import spoken
from watchfloor.aiops.types import Seconds
from watchfloor.cli.page.build import Page
from watchfloor.console import words


def render(page: Page) -> str:
    """Return the page as HTML."""
    return _environment().get_template("page.html").render(page=page, version=__version__)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.PackageLoader("watchfloor.cli", "page"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = files("watchfloor.cli").joinpath("page", "page.css").read_text(encoding="utf-8")
    environment.globals |= {"style": Markup(style), "title": title, "thing_of": thing_of}  # noqa: S704  our own file
    environment.filters |= {
        "number": number,
        "percent": percent,
        "when": when,
        "span": span,
        "letter": lambda level: words.severity(level).letter,
        "severity": lambda level: words.severity(level).name,
        "spoken": spoken,
        "pretty": lambda document: json.dumps(document, indent=1, sort_keys=True),
    }
    return environment


def number(value: float) -> str:
    """Return a number as people read it: three digits count.

    >>> number(1234567), number(12.345), number(0.0312)
    ('1,234,567', '12.3', '0.031')
    """
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.2g}"


def percent(share: float) -> str:
    """Return a share in percent, never rounded up to all or down to nothing.

    >>> percent(0.9996), percent(0.5), percent(0.00004)
    ('99.9 %', '50 %', '<0.1 %')
    """
    hundredths = share * 100
    if 0 < hundredths < 0.1:
        return "<0.1 %"
    if 99 < hundredths < 100:
        return f"{min(hundredths, 99.9):.1f} %"
    return (
        f"{hundredths:.1f} %" if abs(hundredths) < 10 and hundredths % 1 else f"{hundredths:.0f} %"
    )


def when(moment: datetime) -> str:
    return moment.strftime("%-d %b %Y, %H:%M")


def span(seconds: Seconds) -> str:
    """Return a length of time.

    >>> span(12), span(600), span(7200), span(200000)
    ('12 s', '10 min', '2 h', '2.3 days')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 2 * 86_400:
        return f"{number(round(seconds / 3600, 1))} h"
    return f"{number(round(seconds / 86_400, 1))} days"
