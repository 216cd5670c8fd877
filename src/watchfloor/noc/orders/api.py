"""Standing orders over HTTP: read, written, imported, worked by, reported on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from watchfloor.noc.incidents import partial
from watchfloor.noc.orders import report, selectors, services, sheets, steps
from watchfloor.noc.orders.models import OrderVersion, StandingOrder
from watchfloor.noc.orders.specs import OrderSpec, StepSpec
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, CONFIGURE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["orders"])
LARGEST_TABLE = 2_000_000
REPORTED = timedelta(days=90)


class OrderQuery(PageQuery):
    q: str = Field("", max_length=200, description="part of a code, title or type")
    client_id: UUID | None = None


class OrderIn(OrderSpec):
    based_on: int | None = Field(
        None, ge=0, description="version that was read, 0 for none; another one by now: 409"
    )


class VersionOut(Schema):
    version: int = Field(description="an edit makes the next")
    title: str
    client: str = Field(description="code; with no site either, it holds everywhere")
    site: str = Field(description="code; it holds at the sites below, too")
    alert_type: str
    hours: str
    steps: list[StepSpec]
    made_at: datetime
    ended_at: datetime | None


class OrderOut(VersionOut):
    id: UUID
    code: str


class OrderDetailOut(OrderOut):
    versions: list[VersionOut] = Field(description="newest first, at most 50")


class ImportIn(Schema):
    csv: str = Field(
        max_length=LARGEST_TABLE,
        description=f"a row for each step, under {', '.join(sheets.COLUMNS)}",
    )
    dry_run: bool = False


class FaultOut(Schema):
    row: int
    field: str
    message: str


class ImportOut(Schema):
    created: int
    changed: int
    unchanged: int
    errors: list[FaultOut] = Field(description="where there are any, nothing was changed")


class StepOut(Schema):
    number: int
    text: str
    is_required: bool
    state: str = Field(description="open, done or skipped")
    at: datetime | None
    by: str
    reason: str = Field(description="why it was skipped")


class HoldingOut(Schema):
    """What is to be done about an incident; all is empty where no order fits."""

    code: str = ""
    title: str = ""
    version: int | None = None
    version_id: UUID | None = Field(None, description="name it when you tick a step")
    steps: list[StepOut] = []
    open_steps: list[int] = Field([], description="these are done or skipped before resolving")


class StepIn(Schema):
    step: int = Field(ge=1, le=1000)
    version_id: UUID = Field(description="of the order that was read")


class SkipIn(StepIn):
    reason: str = Field(max_length=4000)


class ReportQuery(Schema):
    client_id: UUID | None = None
    since: AwareDatetime | None = Field(None, description="90 days back, where it is left out")
    until: AwareDatetime | None = None


class SkippedOut(Schema):
    step: int
    text: str
    reason: str
    times: int


class LineOut(Schema):
    client_id: UUID | None
    client: str
    code: str
    title: str
    used: int
    settled: int = Field(description="with all required steps done or skipped")
    median_minutes: float | None = Field(description="from opening to the last required step")
    skipped: list[SkippedOut]


class ReportOut(Schema):
    items: list[LineOut]


@router.get("/orders", auth=needs(VIEW), response=Page[OrderOut])
def list_orders(request: HttpRequest, asked: Query[OrderQuery]) -> dict[str, Any]:
    """List what is in force at your places."""
    found = selectors.visible(viewer_of(request).scope)
    found = selectors.matching(found, asked.q, client=asked.client_id)
    return page(request, asked, found, order=("code", "id"), render=_order)


@router.post("/orders", auth=needs(CONFIGURE), response=OrderOut)
def save_order(request: HttpRequest, body: OrderIn) -> dict[str, Any]:
    """Create an order, or make a new version of the one with this code."""
    viewer = viewer_of(request)
    spec = OrderSpec.model_validate(body.model_dump(exclude={"based_on"}))
    saved = services.save(
        spec, scope=viewer.scope, by=viewer.actor, now=timezone.now(), based_on=body.based_on
    )
    return _order(saved)


# Before the address with an id in it, which would take the word for one.
@router.post("/orders/import", auth=needs(CONFIGURE), response={200: ImportOut, 422: ImportOut})
def import_orders(request: HttpRequest, body: ImportIn) -> Status[Any]:
    viewer = viewer_of(request)
    done = services.import_orders(
        sheets.read(body.csv),
        scope=viewer.scope,
        by=viewer.actor,
        now=timezone.now(),
        dry_run=body.dry_run,
    )
    return Status(422 if done.errors else 200, done)


@router.get("/orders/report", auth=needs(VIEW), response=ReportOut)
def show_report(request: HttpRequest, asked: Query[ReportQuery]) -> dict[str, Any]:
    """Say for each client and order how it was worked by."""
    until = asked.until or timezone.now()
    found = report.lines(
        viewer_of(request).scope,
        since=asked.since or until - REPORTED,
        until=until,
        client=asked.client_id,
    )
    return {"items": [_line(one) for one in found]}


@router.get("/orders/{order_id}", auth=needs(VIEW), response=OrderDetailOut)
def show_order(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    scope = viewer_of(request).scope
    order = selectors.one(scope, order_id)
    return _order(order) | {"versions": [_version(v) for v in selectors.versions(scope, order)]}


@router.delete("/orders/{order_id}", auth=needs(CONFIGURE), response={204: None})
def retire_order(request: HttpRequest, order_id: UUID) -> Status[None]:
    """Take it out of force. Incidents that were worked by it keep it."""
    viewer = viewer_of(request)
    services.retire(selectors.one(viewer.scope, order_id), by=viewer.actor, now=timezone.now())
    return Status(204, None)


@router.get("/incidents/{incident_id}/order", auth=needs(VIEW), response=HoldingOut)
def show_holding(request: HttpRequest, incident_id: UUID) -> dict[str, Any]:
    """Say what is to be done about an incident, and what was done of it."""
    return _holding(incident_id, request)


@router.post("/incidents/{incident_id}/order/do", auth=needs(ACK_ALERTS), response=HoldingOut)
def do_step(request: HttpRequest, incident_id: UUID, body: StepIn) -> dict[str, Any]:
    return _act(request, incident_id, steps.do, body)


@router.post("/incidents/{incident_id}/order/skip", auth=needs(ACK_ALERTS), response=HoldingOut)
def skip_step(request: HttpRequest, incident_id: UUID, body: SkipIn) -> dict[str, Any]:
    return _act(request, incident_id, steps.skip, body, body.reason)


@router.post(
    "/incidents/{incident_id}/order/take-back", auth=needs(ACK_ALERTS), response=HoldingOut
)
def take_step_back(request: HttpRequest, incident_id: UUID, body: StepIn) -> dict[str, Any]:
    return _act(request, incident_id, steps.take_back, body)


def _act(
    request: HttpRequest, incident_id: UUID, act: Callable[..., None], body: StepIn, *said: str
) -> dict[str, Any]:
    viewer = viewer_of(request)
    incident = partial.whole(viewer.scope, incident_id)
    act(
        incident.pk, body.step, *said,
        version=body.version_id, by=viewer.actor, now=timezone.now(),
    )  # fmt: skip
    return _holding(incident_id, request)


def _holding(incident_id: UUID, request: HttpRequest) -> dict[str, Any]:
    incident = partial.whole(viewer_of(request).scope, incident_id)
    found = selectors.holding(incident)
    if found is None:
        return {}
    return {
        "code": found.version.order.code,
        "title": found.version.title,
        "version": found.version.number,
        "version_id": found.version.pk,
        "steps": [_step(step) for step in found.steps],
        "open_steps": [step.number for step in found.open_steps],
    }


def _step(step: selectors.Step) -> dict[str, Any]:
    mark = step.mark
    state = "open" if mark is None else "skipped" if mark.skipped_because else "done"
    return {
        "number": step.number,
        "text": step.text,
        "is_required": step.is_required,
        "state": state,
        "at": mark.at if mark else None,
        "by": step.by,
        "reason": mark.skipped_because if mark else "",
    }


def _order(order: StandingOrder) -> dict[str, Any]:
    return {"id": order.pk, "code": order.code} | _version(selectors.said(order))


def _version(version: OrderVersion) -> dict[str, Any]:
    names = ("title", "alert_type", "hours", "steps", "made_at", "ended_at")
    said = {name: getattr(version, name) for name in names}
    return {"version": version.number} | said | selectors.place_of(version)


def _line(line: report.Line) -> dict[str, Any]:
    names = ("client_id", "client", "code", "title", "used", "settled", "skipped")
    said = {name: getattr(line, name) for name in names}
    return said | {"median_minutes": report.minutes(line.median)}
