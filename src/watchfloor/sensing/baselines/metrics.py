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

from django.db.models import Count, Model, Q
from django.db.models.functions import TruncHour

from watchfloor.aiops.baselines.slots import hour_of
from watchfloor.aiops.findings.draft import Category
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.shifts.models import Punch
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.findings import telling

Counted = Mapping[UUID, Mapping[int, int]]
"""By site and number of the hour."""


@dataclass(frozen=True, slots=True)
class Metric:
    """`at` and `site` are columns of the table; `later` one that is never before `at` and is
    indexed, where `at` itself is not."""

    code: str
    name: str
    table: type[Model]
    at: str
    site: str = "site_id"
    later: str = ""
    category: Category = Category.OPERATIONAL
    where: Q = field(default_factory=Q)

    def count(self, since: datetime, until: datetime) -> Counted:
        """Count the hours from `since` to `until` in which there was any. One query."""
        rows: Any = self.table._default_manager.filter(
            self.where, **{f"{self.at}__gte": since, f"{self.at}__lt": until}
        )
        if self.later:
            rows = rows.filter(**{f"{self.later}__gte": since})
        by_hour = rows.exclude(**{self.site: None}).annotate(hour=TruncHour(self.at, tzinfo=UTC))
        found: defaultdict[UUID, dict[int, int]] = defaultdict(dict)
        grouped = by_hour.values(self.site, "hour").annotate(number=Count("pk")).order_by()
        for site, hour, number in grouped.values_list(self.site, "hour", "number"):
            found[site][hour_of(hour.timestamp())] = number
        return found

    def earliest(self) -> datetime | None:
        """Return when the first one happened."""
        rows: Any = self.table._default_manager.filter(self.where)
        first: datetime | None = rows.order_by(self.at).values_list(self.at, flat=True).first()
        return first


METRICS = {
    metric.code: metric
    for metric in (
        Metric("check_ins", "Check-ins", Punch, "at", where=Q(kind="check_in")),
        Metric("tickets", "Tickets opened", Ticket, "opened_at"),
        Metric("alerts", "Alerts", NOCAlertEvent, "first_seen_at", later="last_seen_at",
               category=Category.SECURITY, where=~Q(alert_type=telling.ALERT_TYPE)),
    )
}  # fmt: skip
"""Alerts of findings are left out: a departure is none of its own reasons."""
