"""How templates say what rows carry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import template

from watchfloor.console import words

register = template.Library()


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
def place(row: Mapping[str, object]) -> str:
    """Return "Site · Client", as far as they are known."""
    names = (row.get("site_name"), row.get("client_name"))
    return " · ".join(str(name) for name in names if name)


@register.filter
def iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""
