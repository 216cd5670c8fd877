"""Reading handovers: those that were gathered within what somebody may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from watchfloor.domain.org.models import Site
from watchfloor.noc.handover.endings import SHIFT
from watchfloor.noc.handover.models import Handover
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound

LONGEST_SHIFT = timedelta(hours=24)


def visible(scope: Scope) -> QuerySet[Handover]:
    """Return those that were gathered within the scope: what is in them is no more than it sees."""
    found = Handover.objects.select_related("written_by", "acknowledged_by")
    if scope.all_clients:
        return found
    sites = Site.objects.filter(scope.q("client_id", "id")).values_list("id", flat=True)
    return found.filter(
        is_whole=False,
        client_ids__contained_by=[str(pk) for pk in scope.client_ids],
        site_ids__contained_by=[str(pk) for pk in sites],
    )


def one(scope: Scope, handover_id: UUID) -> Handover:
    """Return the handover. Raises: NotFound for what lies beyond the scope, too."""
    found = visible(scope).filter(pk=handover_id).first()
    if found is None:
        raise NotFound("There is no such handover.")
    return found


def shift_began(user_id: UUID, now: datetime) -> datetime:
    """Return when somebody's shift began: as they last took over or handed over.

    Eight hours ago, where they did neither in a day. One query.
    """
    lately = Handover.objects.filter(ends_at__gt=now - LONGEST_SHIFT)
    times = lately.aggregate(
        wrote=Max("ends_at", filter=Q(written_by=user_id)),
        took=Max("acknowledged_at", filter=Q(acknowledged_by=user_id)),
    )
    return max((at for at in times.values() if at is not None), default=now - SHIFT)
