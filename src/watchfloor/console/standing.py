"""How an incident stands: whom and what it concerns, and what may be its cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from watchfloor.aiops.alerts.suppression import Kind
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.models import SignalState
from watchfloor.platform.accounts.scope import Scope

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Impact:
    """How much of each an incident's alerts name, within the viewer's places."""

    clients: int = 0
    sites: int = 0
    devices: int = 0
    people: int = 0
    firing: int = 0


def impact(row: Row, scope: Scope) -> Impact:
    if row["cluster_id"] is None:
        return Impact(clients=int(row["client_id"] is not None), sites=len(row["site_ids"]))
    named = {
        "clients": _distinct("client"),
        "sites": _distinct("site"),
        "devices": _distinct("device", F("entity_id")),
        "people": _distinct("person"),
        "firing": Count("id", filter=Q(signal=SignalState.FIRING)),
    }
    return Impact(**alerts.visible(scope).filter(cluster_id=row["cluster_id"]).aggregate(**named))


def _distinct(noun: str, *others: F) -> Count:
    """Count what is known by id, and what is known by a sender's name alone."""
    names = [NullIf(name, Value("")) for name in (F(f"{noun}_name"), *others)]
    return Count(Coalesce(Cast(F(f"{noun}_id"), TextField()), *names), distinct=True)


@dataclass(frozen=True, slots=True)
class Cause:
    """An alert that may be the cause of the others, and what speaks for it."""

    id: UUID
    title: str
    where: str
    at: datetime
    reasons: tuple[str, ...]


def causes(members: Sequence[Row], scope: Scope) -> list[Cause]:
    """Return what explains others first, then those with which it began.

    Only what the viewer may see; one alert alone is no cause of anything.
    """
    if len(members) < 2:
        return []
    explained = _explained(members)
    began = [row["id"] for row in members if any(why.opened for why in row["why"])]
    wanted = list(dict.fromkeys([*explained, *began]))
    known = {row["id"]: row for row in members}
    known |= _elsewhere([pk for pk in wanted if pk not in known], scope)
    first = min(members, key=lambda row: row["first_seen_at"])["id"]
    return [
        Cause(pk, known[pk]["title"], _where(known[pk]), known[pk]["first_seen_at"],
              tuple(_reasons(known[pk], explained[pk], is_first=pk == first)))
        for pk in wanted if pk in known
    ]  # fmt: skip


def _where(row: Row) -> str:
    names = (row["device_name"] or row["entity_id"], row["site_name"])
    return " · ".join(name for name in names if name)


def _explained(members: Iterable[Row]) -> Counter[UUID]:
    """Count, by alert, how many of these are kept quiet because it explains them."""
    reasons = (row["suppressed_by"].partition(":") for row in members)
    counted = Counter(UUID(cause) for kind, _, cause in reasons if kind == Kind.INHIBITED)
    return Counter(dict(counted.most_common()))


def _elsewhere(ids: Sequence[UUID], scope: Scope) -> dict[UUID, Row]:
    """Return those that lie in another incident, or beyond what the page lists."""
    if not ids:
        return {}
    seen = alerts.visible(scope).filter(pk__in=ids)
    return {row["id"]: row for row in alerts.rows_of(seen)}


def _reasons(row: Row, explained: int, *, is_first: bool) -> Iterable[str]:
    if explained:
        others = "1 alert" if explained == 1 else f"{explained} alerts"
        yield f"It lies above {others} in the inventory, and its kind brings theirs about."
    if is_first:
        yield "It was heard first."
    for why in row.get("why", ()):
        if why.opened:
            yield why.sentence
