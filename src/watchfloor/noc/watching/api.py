"""Watch mode over HTTP. A watch is seen by those who see all of its place, and switched by those
who may configure there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from watchfloor.noc.rehearsal.models import Rehearsal
from watchfloor.noc.watching import rehearsing, selectors, services
from watchfloor.noc.watching.models import ActKind, PresentAct, WatchedDay
from watchfloor.platform.accounts.api.request import viewer_of, whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.errors import NotFound
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["watching"])


class WatchIn(Schema):
    client_id: UUID | None = None
    site_id: UUID | None = Field(None, description="neither: everything")
    operators: int | None = Field(
        None, ge=1, le=services.MOST_OPERATORS, description="desks of the present system"
    )
    note: str = Field("", max_length=services.LONGEST_NOTE)


class WatchOut(Schema):
    id: UUID
    client_id: UUID | None
    site_id: UUID | None
    place: str
    operators: int | None
    note: str
    started_at: datetime
    started_by_kind: str
    started_by_id: str
    ended_at: datetime | None


class EndIn(Schema):
    tell_open: bool = Field(True, description="send what was withheld of what is still new")


class ActsIn(Schema):
    acts: list[dict[str, Any]] = Field(
        max_length=services.MOST_ACTS,
        description="time, kind (opened, acknowledged, closed), alert_id or dedup_key or entity"
        " and type, operator",
    )
    dry_run: bool = False


class FaultOut(Schema):
    row: int
    field: str
    message: str


class ActsOut(Schema):
    created: int
    known: int = Field(description="imported before: counted once")
    errors: list[FaultOut] = Field(description="where there are any, nothing was taken in")


class ActOut(Schema):
    id: UUID
    at: datetime
    kind: ActKind
    sender_id: str
    dedup_key: str
    alert_type: str
    entity_id: str
    operator: str
    imported_at: datetime


class DayQuery(PageQuery):
    watch_id: UUID | None = None


class DayOut(Schema):
    date: date
    watch_id: UUID
    place: str
    starts_at: datetime
    ends_at: datetime
    computed_at: datetime
    figures: dict[str, Any]
    rehearsal_id: UUID | None = Field(
        description="of this day under what decides; for those who configure all clients"
    )


class DateOut(Schema):
    items: list[DayOut] = Field(description="one for each watch of that day")


@router.get("/watching", response=Page[WatchOut], auth=needs(VIEW))
def list_watches(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    found = selectors.watches(viewer_of(request).scope)
    return page(request, paging, found, order=("-started_at", "-id"), render=_itself)


@router.post("/watching", response={201: WatchOut}, auth=needs(CONFIGURE))
def start(request: HttpRequest, body: WatchIn) -> Any:
    """Let nothing leave of a client, a site or everything, until it is ended."""
    viewer = viewer_of(request)
    now = timezone.now()
    made = services.start(**body.dict(), scope=viewer.scope, by=viewer.actor, now=now)
    return Status(201, made)


# Before the address with an id in it, which would take the word for one.
@router.post("/watching/acts", response={200: ActsOut, 422: ActsOut}, auth=needs(CONFIGURE))
def import_acts(request: HttpRequest, body: ActsIn) -> Any:
    """Take in what the present system did. Sending it again counts nothing twice."""
    by = whole_tenant(request).actor
    done = services.import_acts(body.acts, by=by, now=timezone.now(), dry_run=body.dry_run)
    return Status(422 if done.errors else 200, done)


@router.get("/watching/acts", response=Page[ActOut], auth=needs(CONFIGURE))
def list_acts(request: HttpRequest, paging: Query[PageQuery]) -> Any:
    whole_tenant(request)
    return page(request, paging, selectors.acts(), order=("-at", "-id"), render=_act)


@router.get("/watching/acts/{act_id}", response=ActOut, auth=needs(CONFIGURE))
def show_act(request: HttpRequest, act_id: UUID) -> Any:
    whole_tenant(request)
    return selectors.act(act_id)


@router.get("/watching/days", response=Page[DayOut], auth=needs(VIEW))
def list_days(request: HttpRequest, query: Query[DayQuery]) -> Any:
    viewer = viewer_of(request)
    found = selectors.days(viewer.scope, of=query.watch_id)
    answer = page(request, query, found, order=("-date", "-id"), render=_itself)
    return answer | {"items": _days(answer["items"], viewer)}


@router.get("/watching/days/{day}", response=DateOut, auth=needs(VIEW))
def show_day(request: HttpRequest, day: date) -> Any:
    """Compare a local day that is over, for each watch that was on in it."""
    viewer = viewer_of(request)
    if not (items := _days(list(selectors.days(viewer.scope, on=day)), viewer)):
        raise NotFound("Of this day nothing was compared.")
    return {"items": items}


@router.get("/watching/{watch_id}", response=WatchOut, auth=needs(VIEW))
def show(request: HttpRequest, watch_id: UUID) -> Any:
    return selectors.watch(viewer_of(request).scope, watch_id)


@router.post("/watching/{watch_id}/end", response=WatchOut, auth=needs(CONFIGURE))
def end(request: HttpRequest, watch_id: UUID, body: EndIn) -> Any:
    """Let messages leave again."""
    viewer = viewer_of(request)
    return services.end(
        watch_id,
        tell_open=body.tell_open,
        scope=viewer.scope,
        by=viewer.actor,
        now=timezone.now(),
    )


def _itself(row: Any) -> Any:
    return row


def _act(row: PresentAct) -> PresentAct:
    return row


def _days(rows: Sequence[WatchedDay], viewer: Viewer) -> list[dict[str, Any]]:
    found = rehearsing.of_days(rows) if selectors.may_rehearse(viewer) else {}
    return [_day(row, found.get(row.pk)) for row in rows]


def _day(row: WatchedDay, rehearsal: Rehearsal | None) -> dict[str, Any]:
    return {
        "date": row.date,
        "watch_id": row.watch_id,
        "place": row.watch.place,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "computed_at": row.computed_at,
        "figures": row.figures,
        "rehearsal_id": rehearsal.pk if rehearsal else None,
    }
