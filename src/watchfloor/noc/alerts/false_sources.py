"""Where false alarms come from: by type and entity, the share of alerts that were nothing.

An alert was nothing if it was over by itself, soon or without ever being told again, and nobody
took it in hand. Listed for people; no machine acts on it, for protected kinds least of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from watchfloor.aiops.alerts.protection import Protection, protection_of
from watchfloor.aiops.noise.bounds import lower
from watchfloor.noc.alerts import rules, selectors
from watchfloor.noc.alerts.models import SignalState
from watchfloor.platform.accounts.scope import Scope

DAYS = 30
SOON = timedelta(minutes=10)
FEWEST = 5
"""Of fewer alerts nothing is said."""
_LOOKED_AT = 1_000

_SOON_OVER = Q(signal=SignalState.RESOLVED, resolved_at__lte=F("first_seen_at") + SOON)
_NEVER_AGAIN = Q(signal=SignalState.EXPIRED, occurrence_count=1)
_NOTHING = (_SOON_OVER | _NEVER_AGAIN) & Q(acknowledged_at=None, assigned_to=None)


def worst(scope: Scope, *, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Return the sources that are most surely false, the surest first. Persons stay unnamed."""
    entity = Coalesce(
        *(NullIf(name, Value("")) for name in ("device_name", "entity_id", "site_name")),
        Value(""),
        output_field=TextField(),
    )
    found = (
        selectors.visible(scope)
        .filter(last_seen_at__gte=now - timedelta(days=DAYS))
        .exclude(signal=SignalState.FIRING)
        .values("alert_type", "site_name", "site_id", source_entity=entity)
        .annotate(
            lives=Count("pk"), false=Count("pk", filter=_NOTHING), last_seen=Max("last_seen_at")
        )
        .filter(lives__gte=FEWEST, false__gt=0)
        .order_by("-false", "alert_type")[:_LOOKED_AT]
    )
    own_types = rules.policy().life_safety_types
    rows = [_row(one, own_types) for one in found]
    rows.sort(key=lambda row: (-row["bound"], row["alert_type"], row["entity"]))
    return rows[:limit]


def _row(one: Mapping[str, Any], own_types: frozenset[str]) -> dict[str, Any]:
    protection = protection_of(one["alert_type"], {}, own_types)
    return {
        "alert_type": one["alert_type"],
        "entity": one["source_entity"],
        "site": one["site_name"],
        "site_id": one["site_id"],
        "lives": one["lives"],
        "false": one["false"],
        "rate": one["false"] / one["lives"],
        "bound": lower(one["false"], one["lives"]),
        "is_protected": protection is not Protection.NONE,
        "last_seen_at": one["last_seen"],
    }
