"""Reading the signs of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Sum
from django.db.models.functions import TruncHour

from watchfloor.domain.activity.models import SignCount

SIGNALS = ("phone_events", "location_updates", "tasks_completed", "tour_checkpoints")


def signs_between(begin: datetime, until: datetime) -> Iterable[Mapping[str, Any]]:
    """Return by site and person how many signs of each kind came, how many of them named no site,
    and when the last came."""
    found = SignCount.objects.filter(begins_at__gte=begin, begins_at__lt=until)
    sums = {name: Sum(name) for name in (*SIGNALS, "without_site")}
    return found.values("site_id", "person_code").annotate(last=Max("last_at"), **sums)


def by_hour(signal: str, begin: datetime, until: datetime) -> Iterator[tuple[UUID, datetime, int]]:
    """Return site, hour and count of one signal, hours with none left out."""
    found = SignCount.objects.filter(begins_at__gte=begin, begins_at__lt=until)
    hours = found.annotate(hour=TruncHour("begins_at")).values_list("site_id", "hour")
    return hours.annotate(count=Sum(signal)).filter(count__gt=0).iterator()
