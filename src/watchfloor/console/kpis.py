"""The figures of the floor as a row of cells; each number leads to the list behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from watchfloor.console import words
from watchfloor.noc.kpis import selectors
from watchfloor.noc.kpis.figures import Figures
from watchfloor.noc.kpis.models import KpiBaseline
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.scope import Viewer

STATES = {"ok": "fine", "over": "over what is accepted", "flood": "flood"}


@dataclass(frozen=True, slots=True)
class Part:
    """A number of a note, and where it leads. `slot` is how a script finds it."""

    slot: str
    value: str
    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """`was`: the same figure of the watch that ended last, if there is one."""

    slot: str
    name: str
    value: str
    address: str
    parts: tuple[Part, ...]
    was: str = ""
    tone: str = ""
    help: str = ""


def cells(viewer: Viewer, now: datetime) -> list[Cell]:
    """Return the cells of the last 24 hours within the viewer's scope."""
    figures = selectors.reading(now) if viewer.scope.all_clients else None
    since = now - selectors.USUAL_PERIOD
    figures = figures or selectors.figures(viewer.scope, since=since, until=now)
    kept = selectors.baseline(viewer.scope)
    return _cells(figures, selectors.read(kept.figures) if kept else None, viewer)


def _cells(figures: Figures, was: Figures | None, viewer: Viewer) -> list[Cell]:
    return [
        _load_cell(figures, was),
        _ratio_cell(figures, was),
        _cut_cell(figures, was),
        _quiet_cell(figures, was),
        _corrections_cell(figures, was, viewer),
    ]


def _load_cell(figures: Figures, was: Figures | None) -> Cell:
    return Cell(
        "load",
        "Load now",
        load(figures.load),
        _list("incidents", figures.until - selectors.TEN_MINUTES),
        (
            Part("state", STATES[figures.state], ""),
            Part("operators", str(figures.operators), "on duty"),
            Part("mean_load", load(figures.mean_load), "in 24 h"),
        ),
        load(was.mean_load) if was else "",
        figures.state,
        "Incidents shown in ten minutes, for each operator. Accepted: 1, flood: over 10"
        " (EEMUA 191, ISA-18.2).",
    )


def _ratio_cell(figures: Figures, was: Figures | None) -> Cell:
    alerts, incidents = _list("alerts", figures.since), _list("incidents", figures.since)
    return Cell(
        "ratio",
        "Alerts per incident",
        ratio(figures.ratio),
        incidents,
        (
            Part("alerts", f"{figures.alerts:,}", "began", alerts),
            Part("incidents", f"{figures.incidents:,}", "shown", incidents),
        ),
        ratio(was.ratio) if was else "",
        help="Alerts that began in 24 hours, for each incident shown.",
    )


def _cut_cell(figures: Figures, was: Figures | None) -> Cell:
    return Cell(
        "cut",
        "Cut",
        share(figures.cut),
        _list("incidents", figures.since),
        (Part("deduped", f"{figures.deduped:,}", "after plain de-duplication"),),
        share(was.cut) if was else "",
        help="What grouping saves over plain de-duplication: an alert anew after half an hour.",
    )


def _quiet_cell(figures: Figures, was: Figures | None) -> Cell:
    return Cell(
        "quiet_total",
        "Kept quiet",
        f"{figures.quiet_total:,}",
        _list("alerts", figures.since, state="quiet"),
        tuple(_quiet(figures)),
        f"{quiet_per_day(was):,.0f} a day" if was else "",
        help="Alerts of 24 hours of which nobody is told, by reason.",
    )


def _corrections_cell(figures: Figures, was: Figures | None, viewer: Viewer) -> Cell:
    # Where all of them are read, for those who may; there is no other list of corrections.
    reads_lessons = viewer.may(CONFIGURE) and viewer.scope.all_clients
    return Cell(
        "corrections_per_day",
        "Corrections a day",
        f"{figures.corrections_per_day:.0f}",
        reverse("lessons") if reads_lessons else "",
        (Part("corrections", str(figures.corrections), "in 24 h"),),
        f"{was.corrections_per_day:.1f}" if was else "",
        help="Merges, splits and moves by people.",
    )


def compared(kept: KpiBaseline, now: Figures) -> list[tuple[str, str, str]]:
    """Return name, value then and value now of each figure."""
    then = selectors.read(kept.figures)
    return [
        ("Load: incidents per operator and 10 min", load(then.mean_load), load(now.mean_load)),
        ("Alerts per incident", ratio(then.ratio), ratio(now.ratio)),
        ("Cut over plain de-duplication", share(then.cut), share(now.cut)),
        ("Kept quiet, a day", f"{quiet_per_day(then):,.0f}", f"{quiet_per_day(now):,.0f}"),
        ("Corrections a day", f"{then.corrections_per_day:.1f}", f"{now.corrections_per_day:.1f}"),
    ]


def quiet_per_day(figures: Figures) -> float:
    days = (figures.until - figures.since).total_seconds() / 86_400
    return figures.quiet_total / max(days, 1 / 24)


def load(value: float) -> str:
    return f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}"


def ratio(value: float | None) -> str:
    return "\N{EN DASH}" if value is None else f"{value:.1f}"


def share(value: float | None) -> str:
    return "\N{EN DASH}" if value is None else f"{value:.1%}"


def _quiet(figures: Figures) -> Iterable[Part]:
    for reason, number in sorted(figures.quiet.items(), key=lambda one: -one[1]):
        address = _list("alerts", figures.since, state="quiet", reason=reason)
        yield Part(f"quiet-{reason}", f"{number:,}", words.suppression(reason), address)


def _list(noun: str, since: datetime, *, state: str = "all", **more: str) -> str:
    asked = {"state": state, "since": since.isoformat(), **more}
    return f"{reverse(noun)}?{urlencode(asked)}"
