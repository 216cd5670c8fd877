"""Corrections and lessons over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents import partial
from watchfloor.noc.incidents.store import incident_id as incident_of
from watchfloor.noc.teaching import learning, selectors, services
from watchfloor.noc.teaching.models import Correction, Lesson
from watchfloor.noc.teaching.schemas import (
    NOTHING_SAID,
    CorrectionOut,
    LessonOut,
    MergeIn,
    NoteIn,
    SplitIn,
    TogetherIn,
)
from watchfloor.platform.accounts.api.request import viewer_of, whole_tenant
from watchfloor.platform.accounts.capabilities import CONFIGURE, CORRECT_GROUPING, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["corrections"])
_FIELDS = LessonOut.model_fields.keys() - {"decided", "corrected_against", "support"}


@router.post(
    "/incidents/{incident_id}/merge",
    auth=needs(CORRECT_GROUPING),
    response={201: CorrectionOut},
)
def merge(request: HttpRequest, incident_id: UUID, body: MergeIn) -> Status[dict[str, Any]]:
    """Make it part of another incident: it is closed as merged, its alerts go on there."""
    viewer = viewer_of(request)
    one = partial.whole(viewer.scope, incident_id)
    into = partial.whole(viewer.scope, body.into)
    return _made(
        services.merge(one.pk, into.pk, note=body.note, by=viewer.actor, now=timezone.now())
    )


@router.post(
    "/incidents/{incident_id}/split",
    auth=needs(CORRECT_GROUPING),
    response={201: CorrectionOut},
)
def split(request: HttpRequest, incident_id: UUID, body: SplitIn) -> Status[dict[str, Any]]:
    """Give some of its alerts an incident of their own."""
    viewer = viewer_of(request)
    one = partial.whole(viewer.scope, incident_id)
    wanted = set(body.alerts)
    if alerts.visible(viewer.scope).filter(pk__in=wanted).count() != len(wanted):
        raise NotFound("Not all of these alerts are in this incident.")
    made = services.split(one.pk, wanted, note=body.note, by=viewer.actor, now=timezone.now())
    return _made(made)


@router.post(
    "/alerts/{alert_id}/move-out", auth=needs(CORRECT_GROUPING), response={201: CorrectionOut}
)
def move_out(
    request: HttpRequest, alert_id: UUID, body: NoteIn = NOTHING_SAID
) -> Status[dict[str, Any]]:
    """Give it an incident of its own."""
    viewer = viewer_of(request)
    alert = alerts.one(viewer.scope, alert_id)
    _check_whole(viewer.scope, alert)
    made = services.move_out(alert.pk, note=body.note, by=viewer.actor, now=timezone.now())
    return _made(made)


@router.post(
    "/alerts/{alert_id}/belongs-together",
    auth=needs(CORRECT_GROUPING),
    response={201: CorrectionOut},
)
def belongs_together(
    request: HttpRequest, alert_id: UUID, body: TogetherIn
) -> Status[dict[str, Any]]:
    """Put it into the incident of another alert; together already, say that this is right."""
    viewer = viewer_of(request)
    one, other = (alerts.one(viewer.scope, pk) for pk in (alert_id, body.alert))
    _check_whole(viewer.scope, one, other)
    made = services.belongs_together(
        one.pk, other.pk, note=body.note, by=viewer.actor, now=timezone.now()
    )
    return _made(made)


@router.get("/corrections", auth=needs(VIEW), response=Page[CorrectionOut])
def list_corrections(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    found = selectors.corrections(viewer_of(request).scope)
    return page(request, paging, found, order=("-at", "-id"), render=correction_out)


@router.get("/corrections/{correction_id}", auth=needs(VIEW), response=CorrectionOut)
def show_correction(request: HttpRequest, correction_id: UUID) -> dict[str, Any]:
    return correction_out(selectors.correction(viewer_of(request).scope, correction_id))


@router.post(
    "/corrections/{correction_id}/undo", auth=needs(CORRECT_GROUPING), response=CorrectionOut
)
def undo(request: HttpRequest, correction_id: UUID) -> dict[str, Any]:
    """Take it back, or a merge that the machine declared."""
    viewer = viewer_of(request)
    found = selectors.correction(viewer.scope, correction_id)
    return correction_out(services.undo(found.pk, by=viewer.actor, now=timezone.now()))


@router.get("/lessons", auth=needs(CONFIGURE), response=Page[LessonOut])
def list_lessons(request: HttpRequest, paging: Query[PageQuery]) -> dict[str, Any]:
    whole_tenant(request)
    found = selectors.all_lessons()
    return page(request, paging, found, order=("-proposed_at", "-id"), render=lesson_out)


@router.get("/lessons/{lesson_id}", auth=needs(CONFIGURE), response=LessonOut)
def show_lesson(request: HttpRequest, lesson_id: UUID) -> dict[str, Any]:
    whole_tenant(request)
    return lesson_out(selectors.lesson(lesson_id))


@router.post("/lessons/{lesson_id}/confirm", auth=needs(CONFIGURE), response=LessonOut)
def confirm(request: HttpRequest, lesson_id: UUID) -> dict[str, Any]:
    """Let it decide from now on. Who proposed it alone cannot."""
    viewer = whole_tenant(request)
    learning.confirm(lesson_id, by=viewer.actor, now=timezone.now())
    return lesson_out(selectors.lesson(lesson_id))


@router.post("/lessons/{lesson_id}/withdraw", auth=needs(CONFIGURE), response=LessonOut)
def withdraw(request: HttpRequest, lesson_id: UUID) -> dict[str, Any]:
    """Let it decide no more, or take the proposal off the list."""
    viewer = whole_tenant(request)
    learning.withdraw(lesson_id, by=viewer.actor, now=timezone.now())
    return lesson_out(selectors.lesson(lesson_id))


def correction_out(row: Correction) -> dict[str, Any]:
    held = row.record.get("memberships", ())
    return {
        "id": row.pk,
        "kind": row.kind,
        "at": row.at,
        "actor_kind": row.actor_kind,
        "actor_id": row.actor_id,
        "note": row.note,
        "source_incident_id": incident_of(row.source_id),
        "target_incident_id": incident_of(row.target_id),
        "alert_ids": list(dict.fromkeys(one["alert_id"] for one in held)),
        "undone_at": row.undone_at,
        "undoes_id": row.undoes_id,
    }


def lesson_out(row: Lesson) -> dict[str, Any]:
    drift = selectors.drift(row)
    return {name: getattr(row, name) for name in _FIELDS} | {
        "support": selectors.support(row),
        "decided": drift.decided,
        "corrected_against": drift.corrected_against,
    }


def _made(row: Correction) -> Status[dict[str, Any]]:
    return Status(201, correction_out(row))


def _check_whole(scope: Scope, *found: NOCAlertEvent) -> None:
    """Raises: NotFound, Denied for alerts whose incidents somebody does not see as a whole."""
    for alert in found:
        if alert.cluster_id is None:
            raise NotFound("This alert has not been grouped yet.")
        partial.whole(scope, incident_of(alert.cluster_id))
