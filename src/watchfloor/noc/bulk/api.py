"""Acts on many at once, over HTTP: ask, go on until none waits, stop, undo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from watchfloor.noc.bulk import selectors, services
from watchfloor.noc.bulk.models import BulkAct, BulkItem, ItemState, Noun
from watchfloor.noc.bulk.services import MOST, STEP, Asked, Subjects
from watchfloor.noc.incidents import asking
from watchfloor.noc.incidents.models import Disposition
from watchfloor.noc.incidents.schemas import IncidentFilter
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["bulk acts"], auth=needs(ACK_ALERTS))


class SubjectIn(Schema):
    id: UUID
    version: int | None = Field(None, description="refuse if somebody else has acted on it since")


class WantedIn(IncidentFilter):
    """A filter that is misspelt would ask for all of them: what is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class BulkIn(Schema):
    token: UUID = Field(description="yours: sent again, it is the same act and not another one")
    noun: Noun
    act: Literal["acknowledge", "assign", "snooze", "escalate", "resolve", "release"]
    items: list[SubjectIn] = Field([], max_length=MOST)
    filter: WantedIn | None = Field(
        None, description="in the place of items: all incidents that pass it by now"
    )
    user_id: UUID | None = Field(None, description="whom to assign them to")
    until: AwareDatetime | None = Field(None, description="until when to snooze them")
    reason: str = Field("", description="why they are escalated")
    resolution: str = ""
    disposition: Disposition | None = Field(None, description="what all incidents turned out to be")

    @model_validator(mode="after")
    def _named_in_one_way(self) -> BulkIn:
        if self.filter and (self.items or self.noun != Noun.INCIDENTS):
            raise ValueError("send items, or the filter of incidents")
        return self

    def asked(self, now: datetime) -> Asked:
        said = self.model_dump(
            mode="json", exclude={"token", "noun", "act", "items"}, exclude_unset=True
        )
        subjects = {one.id: one.version for one in self.items}
        find = partial(_found, self.filter, now) if self.filter else None
        return Asked(self.noun, self.act, said, subjects, find)


def _found(wanted: IncidentFilter, now: datetime, viewer: Viewer) -> Subjects:
    """Return what passes the filter, newest first; one more than there may be tells of too many."""
    rows = asking.found(viewer, wanted, now=now).order_by("-opened_at", "-id")
    return dict(rows.values_list("pk", "version")[: MOST + 1])


class ReasonOut(Schema):
    why: str
    number: int


class BulkOut(Schema):
    id: UUID
    noun: Noun
    act: str
    asked_at: datetime
    ended_at: datetime | None
    undo_asked_at: datetime | None


class ItemOut(Schema):
    id: UUID
    state: ItemState
    why: str


class ProgressOut(BulkOut):
    """How far it is. Of an act that is undone, `done` are those that still have to be."""

    total: int
    waiting: int
    done: int
    refused: int
    left: int = Field(description="waited when it was stopped")
    undone: int
    stands: int = Field(description="could not be undone")
    reasons: list[ReasonOut] = Field(description="why some were refused or stand; the first five")
    items: list[ItemOut] = Field(description="of all of it, or those that this step was about")


@router.post("/bulk-acts", response={201: ProgressOut})
def begin(request: HttpRequest, body: BulkIn) -> Status[dict[str, Any]]:
    """Ask for an act on at most 1,000. Nothing is done before `go-on`."""
    viewer, now = viewer_of(request), timezone.now()
    bulk = services.begin(body.asked(now), body.token, by=viewer, now=now)
    return Status(201, _progress(bulk, ()))


@router.get("/bulk-acts", response=Page[BulkOut])
def list_acts(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    """One's own, newest first."""
    found = selectors.own(viewer_of(request).actor)
    return page(request, paging, found, order=("-asked_at", "-id"), render=_itself)


@router.get("/bulk-acts/{bulk_id}", response=ProgressOut)
def show_act(request: HttpRequest, bulk_id: UUID) -> dict[str, Any]:
    bulk = _own(request, bulk_id)
    return _progress(bulk, bulk.items.order_by("place"))


@router.post("/bulk-acts/{bulk_id}/go-on", response=ProgressOut, description=(
    f"Do it to the next {STEP}, each as by a single act and in a transaction of its own. Send it"
    " until none waits, after whatever interrupted it too."
))  # fmt: skip
def go_on(request: HttpRequest, bulk_id: UUID) -> dict[str, Any]:
    bulk = _own(request, bulk_id)
    return _progress(bulk, services.go_on(bulk, by=viewer_of(request), now=timezone.now()))


@router.post("/bulk-acts/{bulk_id}/stop", response=ProgressOut)
def stop(request: HttpRequest, bulk_id: UUID) -> dict[str, Any]:
    """Leave alone what still waits."""
    bulk = _own(request, bulk_id)
    services.stop(bulk, by=viewer_of(request), now=timezone.now())
    return _progress(bulk, ())


@router.post("/bulk-acts/{bulk_id}/undo", response=ProgressOut)
def undo(request: HttpRequest, bulk_id: UUID) -> dict[str, Any]:
    """Take it back, as a single act is, within 15 seconds of its end; send it until none is done.

    What somebody has acted on since stands.
    """
    bulk = _own(request, bulk_id)
    return _progress(bulk, services.undo(bulk, by=viewer_of(request), now=timezone.now()))


def _own(request: HttpRequest, bulk_id: UUID) -> BulkAct:
    return selectors.one(viewer_of(request).actor, bulk_id)


def _progress(bulk: BulkAct, items: Iterable[BulkItem]) -> dict[str, Any]:
    bulk.refresh_from_db()
    told = selectors.progress(bulk)
    return {
        **{name: getattr(bulk, name) for name in BulkOut.model_fields},
        **{state: told.counts[state] for state in ItemState.values},
        "total": told.counts.total(),
        "reasons": [{"why": why, "number": number} for why, number in told.reasons],
        "items": [{"id": one.subject_id, "state": one.state, "why": one.why} for one in items],
    }


def _itself(row: BulkAct) -> BulkAct:
    return row
