"""What came of standing orders: for each client and order, how often people worked by it, which
steps they skipped and why, and how long it took until the last required step was settled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Max, QuerySet

from watchfloor.noc.orders.models import OrderUse, OrderVersion, StepMark
from watchfloor.platform.accounts.scope import Scope

MOST_REASONS = 2_000
_Key = tuple[UUID | None, UUID]


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step that was left out, as it read then, for this reason so many times."""

    step: int
    text: str
    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one order at one client; `client` is empty where an incident was at several.

    `median`: from the opening of an incident to its last required step; of those settled only.
    """

    client_id: UUID | None
    client: str
    code: str
    title: str
    used: int
    settled: int
    median: timedelta | None
    skipped: tuple[Skipped, ...]

    @property
    def times_skipped(self) -> int:
        return sum(one.times for one in self.skipped)


def lines(
    scope: Scope, *, since: datetime, until: datetime, client: UUID | None = None
) -> list[Line]:
    """Return what came of the orders of incidents wholly within the scope. Three queries.

    Lists the 2,000 most frequent reasons.
    """
    uses = OrderUse.objects.filter(
        scope.q("incident__client_id", "incident__site_id"),
        taken_at__gte=since,
        taken_at__lt=until,
    )
    if client is not None:
        uses = uses.filter(incident__client=client)
    rows = list(_counted(uses))
    titles = _titles({row["version__order"] for row in rows})
    skipped = _skipped(uses)
    return [
        Line(
            row["incident__client"],
            row["incident__client__name"] or "",
            row["version__order__code"],
            titles[row["version__order"]],
            row["used"],
            row["settled"],
            row["median"],
            tuple(skipped[row["incident__client"], row["version__order"]]),
        )
        for row in rows
    ]


def _counted(uses: QuerySet[OrderUse]) -> Iterable[dict[str, Any]]:
    took = ExpressionWrapper(
        F("settled_at") - F("incident__opened_at"), output_field=DurationField()
    )
    by = ("incident__client", "incident__client__name", "version__order", "version__order__code")
    counted = uses.values(*by).annotate(
        used=Count("id"), settled=Count("settled_at"), median=_Median(took)
    )
    order = ("incident__client__name", "incident__client", "version__order__code")
    rows: Iterable[dict[str, Any]] = counted.order_by(*order)
    return rows


def _titles(orders: set[UUID]) -> dict[UUID, str]:
    """Return how each order is called by now."""
    found = OrderVersion.objects.filter(order__in=orders)
    newest = found.annotate(newest=Max("order__versions__number")).filter(number=F("newest"))
    return dict(newest.values_list("order", "title"))


def _skipped(uses: QuerySet[OrderUse]) -> defaultdict[_Key, list[Skipped]]:
    marks = StepMark.objects.filter(use__in=uses).exclude(skipped_because="")
    by = ("use__incident__client", "use__version__order", "use__version__steps", "step")
    rows = marks.values_list(*by, "skipped_because").annotate(times=Count("id"))
    found: defaultdict[_Key, list[Skipped]] = defaultdict(list)
    for client, order, steps, step, reason, times in rows.order_by("-times", "step")[:MOST_REASONS]:
        found[client, order].append(Skipped(step, steps[step - 1]["text"], reason, times))
    return found


COLUMNS = (
    "client", "order", "title", "used", "settled", "median_minutes", "skipped_step",
    "skipped_text", "reason", "times",
)  # fmt: skip


def rows(found: Sequence[Line]) -> list[list[object]]:
    """Return the cells under `COLUMNS`: a row for each order, and one for each reason of it."""
    table: list[list[object]] = []
    for line in found:
        about = [line.client, line.code, line.title]
        table.append([*about, line.used, line.settled, minutes(line.median), "", "", "", ""])
        table += [
            [*about, "", "", "", one.step, one.text, one.reason, one.times] for one in line.skipped
        ]
    return table


def minutes(took: timedelta | None) -> float | None:
    return None if took is None else round(took / timedelta(minutes=1), 1)
