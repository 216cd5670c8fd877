"""Findings over HTTP: read, act on; and the runbooks that say what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from watchfloor.aiops.findings.runbooks import Runbook, shipped
from watchfloor.noc.alerts.schemas import SeverityIn, SeverityOut
from watchfloor.noc.findings import selectors, services
from watchfloor.noc.findings.models import AuditFinding, FindingCategory, FindingStatus
from watchfloor.noc.findings.states import Action
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import NotFound
from watchfloor.platform.paging import Page, PageQuery, page, page_of

router = Router(tags=["findings"])


class FindingQuery(PageQuery):
    """All given filters must agree."""

    status: Literal["open", "over", "all"] | FindingStatus = "all"
    category: FindingCategory | None = None
    severity: SeverityIn | None = Field(None, description="as grave as this, or worse")
    finding_type: str = Field("", max_length=60)
    site: str = Field("", max_length=100, description="code")
    q: str = Field("", max_length=200, description="words of title, type and site, all of them")


class FindingOut(Schema):
    id: UUID
    site: str = Field(description="code")
    finding_type: str
    category: FindingCategory
    severity: SeverityOut
    title: str
    entity_type: str
    entity_id: str
    status: FindingStatus
    found_count: int
    first_seen_at: datetime
    last_seen_at: datetime
    gone_at: datetime | None = Field(description="an inspection did not see it any more")
    acknowledged_at: datetime | None
    ended_at: datetime | None
    note: str
    alert_key: str = Field(description="`dedup_key` of the alert that told of it; empty: none did")
    version: int


class FindingDetailOut(FindingOut):
    evidence: dict[str, Any]
    recommended_actions: list[str]
    runbook: str = Field(description="`finding_type` of the runbook that was matched")


class FindingActIn(Schema):
    note: str = Field("", max_length=4000, description="needed to dismiss and to suppress")
    version: int | None = Field(None, description="that was read; another one by now: 409")


class RunbookOut(Schema):
    finding_type: str
    title: str
    category: FindingCategory
    severity: str
    escalate_after: int = Field(description="minutes")
    role: str
    auto_actions: list[str]
    steps: list[str]


_SUMMARIES: Mapping[Action, str] = {
    Action.ACKNOWLEDGE: "Say that you have seen it",
    Action.START: "Say that the work has begun",
    Action.RESOLVE: "Say that it is over; found again, it is another finding",
    Action.DISMISS: "Say that it is nothing: what is found of it until it is gone counts here",
    Action.SUPPRESS: "Keep it quiet while it lasts",
    Action.REOPEN: "Take it up again",
}
NOTHING_SAID = FindingActIn(note="", version=None)


@router.get("/findings", auth=needs(VIEW), response=Page[FindingOut])
def list_findings(request: HttpRequest, asked: Query[FindingQuery]) -> dict[str, Any]:
    wanted = asked.model_dump(exclude={"limit", "after"})
    wanted["category"] = wanted["category"] or ""
    found = selectors.matching(selectors.visible(viewer_of(request).scope), **wanted)
    return page(request, asked, found, order=selectors.ORDER, render=_row)


@router.get("/findings/{finding_id}", auth=needs(VIEW), response=FindingDetailOut)
def show_finding(request: HttpRequest, finding_id: UUID) -> dict[str, Any]:
    return _detail(selectors.one(viewer_of(request).scope, finding_id))


def _acting(action: Action) -> Callable[..., dict[str, Any]]:
    def act_on_finding(
        request: HttpRequest, finding_id: UUID, body: FindingActIn = NOTHING_SAID
    ) -> dict[str, Any]:
        viewer = viewer_of(request)
        selectors.one(viewer.scope, finding_id)
        said: dict[str, Any] = {"note": body.note, "version": body.version}
        done = services.act(finding_id, action, by=viewer.actor, now=timezone.now(), **said)
        return _detail(done)

    return act_on_finding


for _action, _summary in _SUMMARIES.items():
    router.post(
        f"/findings/{{finding_id}}/{_action}",
        auth=needs(ACK_ALERTS),
        response=FindingDetailOut,
        operation_id=f"{_action}_finding",
        summary=_summary,
    )(_acting(_action))


@router.get("/runbooks", auth=needs(VIEW), response=Page[RunbookOut])
def list_runbooks(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    return page_of(request, paging, enumerate(shipped()), key=_number, render=_runbook)


@router.get("/runbooks/{finding_type}", auth=needs(VIEW), response=RunbookOut)
def show_runbook(request: HttpRequest, finding_type: str) -> Runbook:
    found = next((one for one in shipped() if one.finding_type == finding_type), None)
    if found is None:
        raise NotFound("There is no such runbook.")
    return found


def _number(numbered: tuple[int, Runbook]) -> tuple[int]:
    return (numbered[0],)


def _runbook(numbered: tuple[int, Runbook]) -> Runbook:
    return numbered[1]


def _row(row: AuditFinding) -> dict[str, Any]:
    names = FindingOut.model_fields.keys() - {"site"}
    return {name: getattr(row, name) for name in names} | {"site": row.site.code}


def _detail(row: AuditFinding) -> dict[str, Any]:
    names = ("evidence", "recommended_actions", "runbook")
    return _row(row) | {name: getattr(row, name) for name in names}
