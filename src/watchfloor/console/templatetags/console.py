"""How templates say what rows carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from watchfloor.console import comparing, handover, words
from watchfloor.console.tables.all import TABLES
from watchfloor.noc.desks.selectors import why_offered

register = template.Library()
_MINUTE = 60


@register.inclusion_tag("console/parts/csv.html", takes_context=True)
def csv(context: Context, name: str, label: str = "CSV") -> dict[str, str]:
    """Offer the list as a file, as the address narrows it, to who may have it."""
    if not TABLES[name].is_for(context["console"].viewer):
        return {}
    query = context["request"].GET.copy()
    query.pop("after", None)
    address = reverse(f"{name}-csv")
    return {"label": label, "address": f"{address}?{query.urlencode()}" if query else address}


@register.filter
def letter(level: int | None) -> str:
    return words.severity(level or 0).letter


@register.filter
def severity_name(level: int | None) -> str:
    return words.severity(level or 0).name


@register.filter
def state_name(state: str | None) -> str:
    return words.STATES.get(state or "", state or "")


@register.filter
def signal_name(signal: int | None) -> str:
    return words.SIGNALS.get(signal or 0, "")


@register.filter
def suppression(told: str | None) -> str:
    return words.suppression(told or "")


@register.filter
def disposition(row: Mapping[str, object]) -> str:
    said, by = row.get("disposition"), row.get("resolved_by_kind")
    return "" if row.get("merged_into_id") else words.disposition(str(said or ""), str(by or ""))


@register.filter
def at(counts: Mapping[object, int], key: object) -> int:
    return counts[key]


@register.filter
def offered_why(why: Mapping[str, Any]) -> str:
    return why_offered(why)


@register.filter
def percent(share: float) -> str:
    return f"{share:.0%}"


@register.filter
def ending(kind: str) -> str:
    return handover.ENDINGS[kind]


@register.filter
def plain(code: str) -> str:
    return words.plain(code)


@register.filter
def outlier(label: str | None) -> str:
    return words.OUTLIERS.get(label or "", "")


@register.filter
def place(row: Mapping[str, object]) -> str:
    """Return "Site · Client", as far as they are known."""
    names = (row.get("site_name"), row.get("client_name"))
    return " · ".join(str(name) for name in names if name)


@register.filter
def iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


@register.filter
def span(length: timedelta) -> str:
    return comparing.span(length.total_seconds())


@register.filter
def unlocalized(value: float) -> str:
    """Return a number as attributes want it: a point, no grouping, no more digits than it has."""
    return f"{value:.10g}"


@register.filter
def dialled(number: str) -> str:
    """Return the number as a telephone takes it: digits, and the plus before them."""
    digits = "".join(filter(str.isdigit, number))
    return f"+{digits}" if number.lstrip().startswith("+") else digits


@register.filter
def took(time: timedelta) -> str:
    """Return a time that something took, as people say it.

    >>> took(timedelta(seconds=40)), took(timedelta(minutes=4.5)), took(timedelta(hours=26))
    ('40 s', '4 min', '26 h 0 min')
    """
    seconds = int(time.total_seconds())
    if seconds < _MINUTE:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // _MINUTE, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
