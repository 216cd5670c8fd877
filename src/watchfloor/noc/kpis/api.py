"""The figures over HTTP: of the viewer's own clients and sites."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from watchfloor.noc.kpis import selectors
from watchfloor.noc.kpis.figures import Figures
from watchfloor.noc.kpis.models import KpiBaseline
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import Invalid

router = Router(tags=["kpis"], auth=needs(VIEW))
LONGEST_DAYS = 400


class KpiQuery(Schema):
    since: AwareDatetime | None = Field(
        None, description="from the beginning of its hour; 24 hours ago if it is left out"
    )


class FiguresOut(Schema):
    since: datetime
    until: datetime
    operators: int = Field(description="people with a live session in ten minutes, at least 1")
    shown: int = Field(description="incidents shown in the last ten minutes")
    load: float = Field(description="of these, for each operator")
    load_accepted: float = Field(description="EEMUA 191, ISA-18.2")
    load_flood: float
    state: str = Field(description="ok, over, flood")
    mean_load: float = Field(description="for each operator and ten minutes of the period")
    alerts: int
    deduped: int = Field(description="what plain de-duplication would have shown")
    incidents: int = Field(description="incidents shown")
    ratio: float | None = Field(description="alerts for each incident shown")
    cut: float | None = Field(description="over plain de-duplication")
    quiet: dict[str, int] = Field(description="alerts kept quiet, by reason")
    corrections: int
    corrections_per_day: float


class BaselineOut(Schema):
    watch_id: UUID
    place: str
    starts_at: datetime
    ends_at: datetime
    figures: FiguresOut


class KpisOut(FiguresOut):
    baseline: BaselineOut | None = Field(description="of the newest watch that ended")


@router.get("/kpis", response=KpisOut)
def show(request: HttpRequest, query: Query[KpiQuery]) -> Any:
    """Count the period up to now, within the viewer's own places."""
    now = timezone.now()
    since = query.since or now - selectors.USUAL_PERIOD
    if not 0 < (now - since).total_seconds() <= LONGEST_DAYS * 86_400:
        raise Invalid("since lies too far back, or ahead.", fields={"since": "up to 400 days ago"})
    scope = viewer_of(request).scope
    found = selectors.figures(scope, since=since, until=now)
    kept = selectors.baseline(scope)
    return _told(found) | {"baseline": _baseline(kept) if kept else None}


def _told(figures: Figures) -> dict[str, Any]:
    named = {name: getattr(figures, name) for name in Figures.__struct_fields__}
    return named | {"state": figures.state}


def _baseline(row: KpiBaseline) -> dict[str, Any]:
    return {
        "watch_id": row.watch_id,
        "place": row.watch.place,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "figures": _told(selectors.read(row.figures)),
    }
