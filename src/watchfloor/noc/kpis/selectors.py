"""The figures of a period and a scope, and those that a watch left behind."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from watchfloor.aiops.rehearsal.figures import WINDOW
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.noc.kpis import counting
from watchfloor.noc.kpis.figures import Figures
from watchfloor.noc.kpis.models import KpiBaseline, KpiReading
from watchfloor.noc.teaching import selectors as teaching
from watchfloor.noc.watching import selectors as watching
from watchfloor.platform.accounts import organisation
from watchfloor.platform.accounts.models import Session
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.tenancy.context import require_tenant_id

TEN_MINUTES = timedelta(seconds=WINDOW)
USUAL_PERIOD = timedelta(hours=24)
FRESH = timedelta(seconds=15)
"""A reading of this age is shown instead of counting again; after a slow one, until the next."""


def operators(now: datetime) -> int:
    """Return how many people had a live session in the last ten minutes: at least the desks of
    the tenant's settings, at least one."""
    tenant_id = require_tenant_id()
    seen = Session.objects.filter(tenant_id=tenant_id, last_seen_at__gte=now - TEN_MINUTES)
    here = seen.exclude(user=None).values("user_id").distinct().count()
    return max(here, organisation.read().desks or 1)


def shown_lately(scope: Scope, until: datetime) -> int:
    """Return how many incidents of the last ten minutes are shown."""
    lately = Q(opened_at__gt=until - TEN_MINUTES, opened_at__lte=until, is_listed=True)
    return incidents.visible(scope).filter(lately).count()


def figures(
    scope: Scope, *, since: datetime, until: datetime, at_desks: int | None = None
) -> Figures:
    """Count the period up to `until`, from the beginning of the hour of `since`.

    A few milliseconds for hours that are over; the last one or two are counted from their rows.
    """
    desks = at_desks or operators(until)
    since = counting.hour_of(since)
    total = counting.totals(scope, since, until)
    shown = shown_lately(scope, until)
    made = _corrections(scope, since, until)
    days = max((until - since) / timedelta(days=1), 1 / 24)
    windows = max((until - since) / TEN_MINUTES, 1.0)
    return Figures(
        since=since,
        until=until,
        operators=desks,
        shown=shown,
        load=shown / desks,
        mean_load=total[counting.INCIDENTS] / windows / desks,
        alerts=total[counting.ALERTS],
        deduped=total[counting.DEDUPED],
        incidents=total[counting.INCIDENTS],
        ratio=_share(total, counting.ALERTS, counting.INCIDENTS),
        cut=_cut(total),
        quiet=_quiet(total),
        corrections=made,
        corrections_per_day=made / days,
    )


def reading(now: datetime) -> Figures | None:
    """Return the figures of all of the tenant if they were read just now."""
    row = KpiReading.objects.exclude(at=None).first()
    if row is None or row.at is None:
        return None
    lasts = FRESH + timedelta(seconds=row.cost / counting.LARGEST_SHARE)
    if not timedelta() <= now - row.at < lasts:
        return None
    return figures_of(row)


def figures_of(row: KpiReading) -> Figures | None:
    """Return what was read off; None: nothing yet, or by another version of the floor."""
    try:
        return read(row.figures)
    except msgspec.ValidationError:
        return None


def read(figures: dict[str, Any]) -> Figures:
    return msgspec.convert(figures, Figures, strict=False)


def baselines(scope: Scope) -> QuerySet[KpiBaseline]:
    """Return what the watches of the scope left behind, the newest first."""
    found = KpiBaseline.objects.select_related("watch__client", "watch__site")
    return found.filter(watch__in=watching.watches(scope).values("pk")).order_by("-ends_at", "-id")


def baseline(scope: Scope) -> KpiBaseline | None:
    """Return the newest; of all of the tenant if there is one and the scope sees it."""
    is_of_all = ExpressionWrapper(
        Q(watch__client=None, watch__site=None), output_field=BooleanField()
    )
    return baselines(scope).order_by(is_of_all.desc(), "-ends_at", "-id").first()


def _corrections(scope: Scope, since: datetime, until: datetime) -> int:
    """Return how many acts people did on grouping; taking one back is not one more."""
    made = teaching.corrections(scope).filter(at__gte=since, at__lt=until, undoes=None)
    return made.exclude(actor_kind="system").count()


def _cut(total: Counter[str]) -> float | None:
    deduped = total[counting.DEDUPED]
    return 1 - total[counting.INCIDENTS] / deduped if deduped else None


def _share(total: Counter[str], part: str, of: str) -> float | None:
    return total[part] / total[of] if total[of] else None


def _quiet(total: Counter[str]) -> dict[str, int]:
    kinds = sorted(kind for kind in total if kind.startswith(counting.QUIET) and total[kind])
    return {kind.removeprefix(counting.QUIET): total[kind] for kind in kinds}
