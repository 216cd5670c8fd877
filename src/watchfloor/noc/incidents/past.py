"""What incidents were at an earlier moment, from what the lines of their timelines keep of it.

A line keeps the state that it led to, and one about severity the severity that was before. Nothing
else of an incident can be told of the past, and nothing else is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, SmallIntegerField, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from watchfloor.noc.incidents.models import IncidentState, NOCIncident, TimelineEntry
from watchfloor.noc.incidents.states import OPEN
from watchfloor.platform.errors import Invalid

LONGEST_AGO = timedelta(days=31)
"""So far back one can look: all that ended since is looked through."""
_STATE, _SEVERITY = "state", "was_severity"


def state(led_to: str) -> dict[str, object]:
    """Return what the line of an act keeps."""
    return {_STATE: str(led_to)}


def began() -> dict[str, object]:
    return state(IncidentState.NEW)


def severity(was: int) -> dict[str, object]:
    """Return what the line of a change of severity keeps."""
    return {_SEVERITY: was}


def check(at: datetime, now: datetime) -> None:
    """Raises: Invalid for a moment that is to come, or over 31 days ago."""
    if not now - LONGEST_AGO <= at <= now:
        cure = f"choose a time within the last {LONGEST_AGO.days} days"
        raise Invalid("That moment cannot be shown.", fields={"at": cure})


def at_moment(found: QuerySet[NOCIncident], at: datetime) -> QuerySet[Any, Any]:
    """Return incidents that had begun, with `state_then` (None: nothing is kept) and
    `severity_then`."""
    lines = TimelineEntry.objects.filter(incident=OuterRef("pk"))
    before = lines.filter(at__lte=at, data__has_key=_STATE).order_by("-at", "-id")
    after = lines.filter(at__gt=at, data__has_key=_SEVERITY).order_by("at", "id")
    was = Cast(KeyTextTransform(_SEVERITY, "data"), SmallIntegerField())
    return found.filter(opened_at__lte=at).annotate(
        state_then=Subquery(before.values(told=KeyTextTransform(_STATE, "data"))[:1]),
        severity_then=Coalesce(Subquery(after.values(told=was)[:1]), F("severity")),
    )


def open_then(found: QuerySet[NOCIncident], at: datetime) -> QuerySet[Any, Any]:
    """Return those that were open, the worst first."""
    lasted = Q(state__in=OPEN) | Q(resolved_at__gt=at)
    then = at_moment(found.filter(lasted), at).filter(state_then__in=OPEN)
    return then.order_by("-is_life_safety", "-severity_then", "-opened_at", "-id")
