"""Windows and silences as their page tells of them: what they are about, and whether they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.alerts import rules, selectors
from watchfloor.noc.alerts.models import MaintenanceWindow, SignalState, Silence
from watchfloor.platform.accounts.scope import Scope

LISTED = 200
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FIELDS = {
    "alert_type": "type",
    "client": "client",
    "site": "site",
    "device": "device",
    "entity_id": "entity",
    "source": "source",
    "message": "message",
}
"""Of what a silence can look at, what the page asks for."""
_SAYS = {"eq": "is", "in": "is one of", "glob": "is like"}


@dataclass(frozen=True, slots=True)
class Told:
    """A window or a silence. `quiet`: how many alerts that fire it keeps quiet now."""

    row: MaintenanceWindow | Silence
    about: str
    repeats: str
    open_until: datetime | None
    quiet: int
    may_end: bool


def windows(scope: Scope, *, now: datetime, most: int = LISTED) -> list[Told]:
    """Return those that hold or will, for who manages `scope`."""
    over = Q(recurrence="none", ends_at__lte=now) | Q(until__lte=now)
    found = (
        selectors.windows(scope)
        .exclude(over)
        .select_related("created_by")
        .order_by("starts_at", "id")
    )
    rows = list(found[:most])
    names = _names(rows)
    quiet = _quiet(scope, "maintenance")
    return [_told(row, names, quiet, scope, now) for row in rows]


def silences(scope: Scope, *, now: datetime, most: int = LISTED) -> list[Told]:
    """Return those that hold."""
    quiet = _quiet(scope, "silence")
    found = selectors.silences().filter(ends_at__gt=now).select_related("created_by")
    rows = found.order_by("ends_at", "id")[:most]
    return [
        Told(row, _matching(row), "", row.ends_at, quiet.get(f"silence:{row.pk}", 0), True)
        for row in rows
    ]


def _told(
    row: MaintenanceWindow,
    names: Mapping[str, str],
    quiet: Mapping[str, int],
    scope: Scope,
    now: datetime,
) -> Told:
    span = rules.window_of(row, {}).schedule.open_at(now.timestamp())
    until = datetime.fromtimestamp(span.ends_at, now.tzinfo) if span else None
    number = quiet.get(f"maintenance:{row.pk}", 0)
    # What is listed and is about a place lies within the scope.
    may_end = scope.all_clients or bool(row.client_ids or row.site_ids)
    return Told(row, _about(row, names), _repeats(row), until, number, may_end)


def _about(row: MaintenanceWindow, names: Mapping[str, str]) -> str:
    places = [*row.client_ids, *row.site_ids, *row.device_ids]
    parts = [", ".join(names.get(pk, "a place that is no more") for pk in places)] if places else []
    if row.alert_types:
        parts.append(f"alerts of type {', '.join(row.alert_types)}")
    return "; ".join(parts) or "everything"


def _repeats(row: MaintenanceWindow) -> str:
    if row.recurrence == "none":
        return ""
    days = ", ".join(DAYS[day] for day in sorted(row.weekdays))
    return f"{row.recurrence}{f' on {days}' if days else ''}, {row.time_zone}"


def _matching(row: Silence) -> str:
    return "; ".join(_condition(one) for one in row.matchers)


def _condition(matcher: Mapping[str, object]) -> str:
    value, field = matcher["value"], str(matcher["field"])
    values = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{FIELDS.get(field, field)} {_SAYS[str(matcher['op'])]} {values}"


def _names(rows: Iterable[MaintenanceWindow]) -> Mapping[str, str]:
    """Return what the places and devices of the windows are called. Three queries at most."""
    found: dict[str, str] = {}
    listed: Sequence[MaintenanceWindow] = list(rows)
    sources: tuple[tuple[QuerySet[Client | Site | Device], str], ...] = (
        (Client.objects.all(), "client_ids"),
        (Site.objects.all(), "site_ids"),
        (Device.objects.all(), "device_ids"),
    )
    for known, column in sources:
        ids = {pk for row in listed for pk in getattr(row, column)}
        found |= {str(one.pk): str(one) for one in known.filter(pk__in=ids)} if ids else {}
    return found


def _quiet(scope: Scope, kind: str) -> Mapping[str, int]:
    """Return how many firing alerts each rule of `kind` keeps quiet."""
    firing = selectors.visible(scope).filter(signal=SignalState.FIRING)
    kept = firing.filter(suppressed_by__startswith=f"{kind}:").values("suppressed_by")
    return dict(kept.annotate(number=Count("id")).values_list("suppressed_by", "number"))
