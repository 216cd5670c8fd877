"""What is counted by site and hour: one line for each metric.

A metric counts rows of a table by the time at which what they tell of happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Model, Q, QuerySet, Sum
from django.db.models.functions import TruncHour

from watchfloor.aiops.baselines.slots import hour_of
from watchfloor.aiops.findings.draft import Category
from watchfloor.domain.activity.models import SignCount
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.shifts.models import Punch
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.findings import telling

Counted = Mapping[UUID, Mapping[int, int]]
"""By site and number of the hour."""


@dataclass(frozen=True, slots=True)
class Metric:
    """`at` and `site` are columns of the table; `later` one that is never before `at` and is
    indexed, where `at` itself is not. `summed`: the column that holds how many a row stands for."""

    code: str
    name: str
    table: type[Model]
    at: str
    site: str = "site_id"
    later: str = ""
    summed: str = ""
    category: Category = Category.OPERATIONAL
    where: Q = field(default_factory=Q)

    def count(self, since: datetime, until: datetime) -> Counted:
        """Count the hours from `since` to `until` in which there was any. One query."""
        rows = self._rows().filter(**{f"{self.at}__gte": since, f"{self.at}__lt": until})
        if self.later:
            rows = rows.filter(**{f"{self.later}__gte": since})
        by_hour = rows.annotate(hour=TruncHour(self.at, tzinfo=UTC)).values(self.site, "hour")
        number = Sum(self.summed) if self.summed else Count("pk")
        grouped = by_hour.annotate(number=number).order_by()
        found: defaultdict[UUID, dict[int, int]] = defaultdict(dict)
        for site, hour, counted in grouped.values_list(self.site, "hour", "number"):
            found[site][hour_of(hour.timestamp())] = counted
        return found

    def earliest(self) -> datetime | None:
        """Return when the first one happened."""
        first: datetime | None = (
            self._rows().order_by(self.at).values_list(self.at, flat=True).first()
        )
        return first

    def _rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.table._default_manager.filter(self.where)
        is_any = Q(**{f"{self.summed}__gt": 0}) if self.summed else Q()
        return rows.filter(is_any).exclude(**{self.site: None})


def _signs(column: str, name: str, category: Category) -> Metric:
    return Metric(column, name, SignCount, "begins_at", summed=column, category=category)


METRICS = {
    metric.code: metric
    for metric in (
        Metric("check_ins", "Check-ins", Punch, "at", where=Q(kind="check_in")),
        _signs("phone_events", "Phone events", Category.OPERATIONAL),
        _signs("location_updates", "Positions told", Category.OPERATIONAL),
        _signs("tasks_completed", "Tasks completed", Category.OPERATIONAL),
        _signs("tour_checkpoints", "Checkpoints scanned", Category.SECURITY),
        Metric("tickets", "Tickets opened", Ticket, "opened_at"),
        Metric("alerts", "Alerts", NOCAlertEvent, "first_seen_at", later="last_seen_at",
               category=Category.SECURITY, where=~Q(alert_type=telling.ALERT_TYPE)),
    )
}  # fmt: skip
"""Alerts of findings are left out: a departure is none of its own reasons."""
