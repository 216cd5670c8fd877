"""Thresholds as the rules read them, and as people look at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from watchfloor.aiops.operation.limits import Limit, Limits
from watchfloor.domain.registers import selectors
from watchfloor.platform.accounts.scope import Scope
from watchfloor.sensing.thresholds.declared import LIMITS
from watchfloor.sensing.thresholds.models import Threshold
from watchfloor.sensing.thresholds.registers import THRESHOLDS


@dataclass(frozen=True, slots=True)
class Standing:
    """A limit with what holds everywhere, and what is set at the places that somebody sees."""

    limit: Limit
    everywhere: float
    own: Threshold | None
    places: Sequence[Threshold]


def limits() -> Limits:
    """Return all limits of the tenant in scope. What no rule declares any more is left out."""
    tenant: dict[str, float] = {}
    clients: defaultdict[str, dict[str, float]] = defaultdict(dict)
    sites: defaultdict[str, dict[str, float]] = defaultdict(dict)
    found = Threshold.objects.filter(is_active=True, limit__in=LIMITS)
    for name, value, client, site in found.values_list(
        "limit", "value", "client__code", "site__code"
    ):
        place = sites[site] if site else clients[client] if client else tenant
        place[name] = value
    return Limits.of(LIMITS.values(), tenant=tenant, clients=clients, sites=sites)


def standing(scope: Scope) -> list[Standing]:
    """Return every limit, by name. What holds everywhere concerns everybody; one query for each."""
    everywhere = {
        one.limit: one for one in Threshold.objects.filter(is_active=True, client=None, site=None)
    }
    places: defaultdict[str, list[Threshold]] = defaultdict(list)
    rows = selectors.visible(THRESHOLDS, scope).exclude(client=None, site=None)
    for row in rows.select_related("client", "site").order_by("client__code", "site__code"):
        places[row.limit].append(row)
    return [
        Standing(limit, own.value if own else limit.default, own, places[name])
        for name, limit in sorted(LIMITS.items())
        for own in [everywhere.get(name)]
    ]
