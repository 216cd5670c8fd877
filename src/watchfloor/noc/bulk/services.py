"""Doing one act to many: asked for once, done a step at a time, and undone as one.

Each of the many has a row, and is done in a transaction of its own together with that row. So
whatever is killed on the way, none is done twice: whoever asked sends the same again, and it goes
on with what still waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from watchfloor.noc.alerts.undoing import FRESH
from watchfloor.noc.bulk.kinds import KINDS, Kind, Said
from watchfloor.noc.bulk.models import BulkAct, BulkItem, ItemState
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.audit import services as audit
from watchfloor.platform.errors import Conflict, Denied, Invalid, NocError
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

MOST = 1_000
STEP = 25
"""So many at a time: what one request does, between two looks at the progress."""
Subjects: TypeAlias = Mapping[UUID, int | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """`subjects`: the ids of the many, each with the version that somebody saw, if they say so.

    `find` finds them, with the versions they have now, where a filter in `said` asks for them.
    """

    noun: str
    act: str
    said: Said
    subjects: Subjects
    find: Callable[[Viewer], Subjects] | None = None


@transaction.atomic
def begin(asked: Asked, token: UUID, *, by: Viewer, now: datetime) -> BulkAct:
    """Write down what is to be done; nothing is done yet. The same `token` is the same act."""
    kind = _kind(asked.noun, asked.act)
    acting = _acting(by, kind)
    if kind.needed and not asked.said.get(kind.needed):
        raise Invalid("Something is missing.", fields={kind.needed: "say it, once for all of them"})
    bulk, is_new = BulkAct.objects.get_or_create(
        token=token,
        actor_kind=by.actor.kind,
        actor_id=by.actor.id,
        defaults={
            "noun": asked.noun, "act": asked.act, "said": dict(asked.said), "asked_at": now,
        },
    )  # fmt: skip
    if is_new:
        subjects = asked.find(acting) if asked.find else asked.subjects
        _write_down(bulk, _counted(subjects), by, now)
    elif not _is_same(bulk, asked):
        raise Conflict("This token is that of another act.")
    return bulk


def go_on(bulk: BulkAct, *, by: Viewer, now: datetime) -> list[BulkItem]:
    """Do it to the next of those that wait; return them. None left: it has ended."""
    kind = _kind(bulk.noun, bulk.act)
    viewer = _acting(by, kind)

    def act(item: BulkItem) -> None:
        found = kind.find(viewer.scope, item.subject_id)
        kind.check(found)
        said = kind.arguments(bulk.said)
        done = kind.act(found.pk, *said, by=viewer.actor, now=now, version=item.version)
        item.led_to = done.version if done.version != found.version else None

    stepped = _step(bulk, act, ItemState.WAITING, ItemState.DONE, ItemState.REFUSED)
    if not _in_state(bulk, ItemState.WAITING).exists():
        BulkAct.objects.filter(pk=bulk.pk, ended_at=None).update(ended_at=now)
    return stepped


@transaction.atomic
def stop(bulk: BulkAct, *, by: Viewer, now: datetime) -> None:
    """Leave alone what still waits. Repeating it changes nothing."""
    lock_flow(require_tenant_id())
    waiting = BulkItem.objects.filter(bulk=bulk, state=ItemState.WAITING)
    left = waiting.update(state=ItemState.LEFT)
    if BulkAct.objects.filter(pk=bulk.pk, ended_at=None).update(ended_at=now):
        audit.record(by.actor, "bulk.stopped", "bulk", bulk.pk, at=now, after={"left": left})


def undo(bulk: BulkAct, *, by: Viewer, now: datetime) -> list[BulkItem]:
    """Take it back from the next of those to which it was done; return them.

    Raises: Conflict where that was first asked for later than it may be for a single act, by the
    moment when the last of the many was done.
    """
    _begin_undo(bulk, by, now)
    kind, in_time = _kind(bulk.noun, bulk.act), {"is_asked_in_time": True}

    def take_back(item: BulkItem) -> None:
        if item.led_to is not None:
            kind.take_back(item.subject_id, by=by.actor, now=now, version=item.led_to, **in_time)

    return _step(bulk, take_back, ItemState.DONE, ItemState.UNDONE, ItemState.STANDS)


def _step(
    bulk: BulkAct, act: Callable[[BulkItem], None], of: ItemState, to: ItemState, or_to: ItemState
) -> list[BulkItem]:
    """Take the next items that are in state `of` to another one, by whether `act` refused."""
    waiting = _in_state(bulk, of)[:STEP]
    return [item for pk in waiting if (item := _one(pk, act, of, to, or_to)) is not None]


@transaction.atomic
def _one(
    pk: UUID, act: Callable[[BulkItem], None], of: ItemState, to: ItemState, or_to: ItemState
) -> BulkItem | None:
    lock_flow(require_tenant_id())  # another page of theirs may be at the same act
    item = BulkItem.objects.filter(pk=pk, state=of).first()
    if item is None:
        return None
    try:
        with transaction.atomic():
            act(item)
        item.state = to
    except NocError as refusal:
        item.state, item.why = or_to, refusal.message
    item.save(update_fields=["state", "why", "led_to"])
    return item


def _in_state(bulk: BulkAct, state: ItemState) -> QuerySet[BulkItem, UUID]:
    found = BulkItem.objects.filter(bulk=bulk, state=state).order_by("place")
    return found.values_list("pk", flat=True)


@transaction.atomic
def _begin_undo(bulk: BulkAct, by: Viewer, now: datetime) -> None:
    if bulk.undo_asked_at is not None:
        return
    if bulk.ended_at is None:
        raise Conflict("It goes on still: stop it first.")
    if bulk.ended_at < now - FRESH:
        raise Conflict("It is too late to take this back.")
    bulk.undo_asked_at = now
    bulk.save(update_fields=["undo_asked_at"])
    audit.record(by.actor, "bulk.undone", "bulk", bulk.pk, at=now, after={"act": bulk.act})


def _kind(noun: str, act: str) -> Kind:
    kind = KINDS.get((noun, act))
    if kind is None:
        cure = ", ".join(name for of, name in KINDS if of == noun)
        raise Invalid("This is not done to many at once.", fields={"act": f"one of {cure}"})
    return kind


def _acting(by: Viewer, kind: Kind) -> Viewer:
    """Return the viewer where they may do it. Raises: Denied."""
    if not by.may(kind.capability):
        raise Denied(f"This needs {kind.capability}.", capability=kind.capability)
    return by.acting(kind.capability)


def _counted(subjects: Subjects) -> Subjects:
    """Return them. Raises: Invalid for none, or too many."""
    if not 0 < len(subjects) <= MOST:
        raise Invalid("Name some, and not too many.", fields={"items": f"1 to {MOST:,} of them"})
    return subjects


def _is_same(bulk: BulkAct, asked: Asked) -> bool:
    if (bulk.noun, bulk.act, bulk.said) != (asked.noun, asked.act, asked.said):
        return False
    subjects = set(bulk.items.values_list("subject_id", flat=True))
    return asked.find is not None or subjects == set(asked.subjects)


def _write_down(bulk: BulkAct, subjects: Subjects, by: Viewer, now: datetime) -> None:
    BulkItem.objects.bulk_create(
        BulkItem(bulk=bulk, place=place, subject_id=pk, version=version)
        for place, (pk, version) in enumerate(subjects.items())
    )
    after = {"noun": bulk.noun, "act": bulk.act, "number": len(subjects)}
    audit.record(by.actor, "bulk.asked", "bulk", bulk.pk, at=now, after=after)
