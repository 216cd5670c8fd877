"""What is in alarm now: at sites, of devices, about persons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal, TypeAlias
from uuid import UUID

from django.db.models import CharField, Count, Max, QuerySet, Value
from django.db.models.functions import Lower

from watchfloor.noc.alerts import selectors
from watchfloor.noc.alerts.models import AlertState, NOCAlertEvent, SignalState
from watchfloor.platform.accounts.scope import Scope

Thing: TypeAlias = Literal["site", "device", "person"]
Ids: TypeAlias = Collection[UUID] | QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many there are now, and how bad the worst of them is."""

    count: int = 0
    worst: int = 0

    def __or__(self, other: Standing) -> Standing:
        return Standing(self.count + other.count, max(self.worst, other.worst))


CALM = Standing()


def together(standings: Iterable[Standing]) -> Standing:
    return reduce(Standing.__or__, standings, CALM)


def in_alarm(scope: Scope) -> QuerySet[NOCAlertEvent]:
    """Return the alerts that fire, that nobody is done with, and of which people are told."""
    found = selectors.visible(scope).filter(signal=SignalState.FIRING, suppressed_by="")
    return found.exclude(state=AlertState.RESOLVED)


def of_things(scope: Scope, thing: Thing, ids: Ids) -> dict[UUID, Standing]:
    """Return what stands at each of these sites, devices or persons. One query."""
    return _by(f"{thing}_id", scope, ids)


def on_plans(scope: Scope, ids: Ids) -> dict[UUID, Standing]:
    """Return what stands on each of these floor plans, by its devices. One query."""
    return _by("device__placement__plan_id", scope, ids)


def _by(column: str, scope: Scope, ids: Ids) -> dict[UUID, Standing]:
    rows = in_alarm(scope).filter(**{f"{column}__in": ids}).values(column)
    counted = rows.annotate(count=Count("pk"), worst=Max("severity"))
    return {row[column]: Standing(row["count"], row["worst"]) for row in counted}


def at_sites(scope: Scope, ids: Collection[UUID]) -> dict[tuple[UUID, UUID | None], Standing]:
    """Return what stands at each site, by device; None is the site itself. One query."""
    rows = in_alarm(scope).filter(site_id__in=ids).values("site_id", "device_id")
    counted = rows.annotate(count=Count("pk"), worst=Max("severity"))
    return {
        (row["site_id"], row["device_id"]): Standing(row["count"], row["worst"]) for row in counted
    }


def waiting_for(kinds: Mapping[str, Collection[str]]) -> dict[tuple[str, str], int]:
    """Return how many firing alerts carry each name of each kind, and are tied to nothing yet.

    By kind and the name in small letters. One query.
    """
    if not kinds:
        return {}
    first, *others = (_carrying(kind, names) for kind, names in kinds.items())
    return {(kind, name): count for kind, name, count in first.union(*others, all=True)}


def _carrying(kind: str, names: Collection[str]) -> QuerySet[NOCAlertEvent, Any]:
    firing = NOCAlertEvent.objects.filter(signal=SignalState.FIRING, **{f"{kind}_id": None})
    carried = firing.annotate(
        kind=Value(kind, output_field=CharField()), carried=Lower(f"{kind}_name")
    )
    asked = carried.filter(carried__in={name.lower() for name in names})
    return (
        asked.values("kind", "carried")
        .annotate(count=Count("pk"))
        .values_list("kind", "carried", "count")
    )
