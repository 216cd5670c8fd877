"""Counts the cards of days that are over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import product
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction
from django.db.models import Q

from watchfloor.aiops.scorecard import score
from watchfloor.aiops.scorecard.facts import SiteDay
from watchfloor.aiops.scorecard.pillars import card
from watchfloor.domain.org.models import Site
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import wait_for
from watchfloor.sensing.reactive import store
from watchfloor.sensing.scorecard import facts
from watchfloor.sensing.scorecard.models import NonNegotiablesScorecard
from watchfloor.sensing.scorecard.span import SiteDate, Span

COUNTED_AT = time(6)
"""On the next morning, by the site's clock: what came late in the night is in it."""
MADE_UP = 7
"""Days that an outage may have left out."""
KEPT = timedelta(days=400)
LOCK = 0x57460021
_DAY = timedelta(days=1)


@transaction.atomic
def count_due(now: datetime) -> int:
    """Count the cards that are due in the tenant in scope, each once, and those of whose day
    history was brought in since; return how many."""
    wait_for(LOCK, require_tenant_id())
    rows: list[NonNegotiablesScorecard] = []
    for span, due in list(_due(now)):
        found = facts.of_days(span)
        rows += [_card(site, day, found[site, day], now) for site, day in due]
    NonNegotiablesScorecard.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["site", "day"],
        update_fields=["score", "status", "pillars", "counted_at"],
    )  # fmt: skip
    if rows:
        NonNegotiablesScorecard.objects.filter(day__lt=now.date() - KEPT).delete()
    return len(rows)


def _due(now: datetime) -> Iterator[tuple[Span, Sequence[SiteDate]]]:
    """Yield by zone the sites and days, over by its clocks, that are still to be counted."""
    since = now.date() - (MADE_UP + 2) * _DAY
    cards = NonNegotiablesScorecard.objects.filter(day__gte=since)
    if history := store.brought_in():
        is_untouched = Q(day__lt=(history.since - _DAY).date())
        cards = cards.filter(is_untouched | Q(counted_at__gte=history.at))
    done = set(cards.values_list("site_id", "day"))
    by_zone: defaultdict[str, list[UUID]] = defaultdict(list)
    for site, name in Site.objects.filter(is_active=True).values_list("pk", "time_zone"):
        by_zone[name].append(site)
    for name, sites in sorted(by_zone.items()):
        zone = ZoneInfo(name)
        days = _days_over(now.astimezone(zone))
        due = [one for one in product(sites, days) if one not in done]
        if due:
            wanted = {day for _, day in due}
            yield Span({site for site, _ in due}, zone, min(wanted), max(wanted)), due


def _days_over(local: datetime) -> list[date]:
    """Return the days whose card is due, the oldest first."""
    last = local.date() - (_DAY if local.time() >= COUNTED_AT else 2 * _DAY)
    return [last - back * _DAY for back in reversed(range(MADE_UP))]


def _card(site: UUID, day: date, of_site: SiteDay, now: datetime) -> NonNegotiablesScorecard:
    counted = card(of_site)
    status = score.worst(counted)
    return NonNegotiablesScorecard(
        site_id=site,
        day=day,
        score=score.overall(counted),
        status=status.value if status else "",
        pillars=msgspec.to_builtins(counted),
        counted_at=now,
    )
