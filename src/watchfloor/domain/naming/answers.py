"""What people say to questions about names, and taking it back.

The name means something that is there, or something new, or nothing that is worth a row. Each is
one transaction with its audit row; firing alerts that carry the name follow by event.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.domain.naming import services as naming
from watchfloor.domain.naming.models import Answer, InventoryKind, NameAlias, NameReview
from watchfloor.domain.naming.rows import MODELS
from watchfloor.domain.naming.services import LONGEST_CODE
from watchfloor.domain.org.revision import bump_revision
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.events import bus
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_inventory

ANSWERED = "name.answered"
WITHDRAWN = "name.withdrawn"
ORIGIN = "review"
"""Of rows that an answer made."""


@transaction.atomic
def means(review: NameReview, target_id: UUID, *, by: Actor, now: datetime) -> None:
    """Say what the name means: it becomes an alias.

    Raises: NotFound if no such row is in use, Conflict if the name means another row already, or
    somebody has answered meanwhile.
    """
    kind = InventoryKind(review.kind)
    if not MODELS[kind].objects.filter(pk=target_id, is_active=True).exists():
        raise NotFound(f"no {kind.value} with this id is in use")
    naming.learn_alias(kind, review.text, target_id, now=now)
    _settle(review, Answer.ALIAS, target_id, by=by, now=now)


@transaction.atomic
def is_new(review: NameReview, *, by: Actor, now: datetime) -> UUID:
    """Say that the inventory lacked it; return the row that it is now, with the name for a code.

    Raises: Invalid if the name is too long for a code, Conflict if somebody has answered meanwhile.
    """
    kind = InventoryKind(review.kind)
    if len(review.text) > LONGEST_CODE:
        cure = f"import it under a code of at most {LONGEST_CODE} characters, then choose it here"
        raise Invalid("The name is too long for a code.", fields={"name": cure})
    lock_inventory(require_tenant_id())
    values = {"name": review.text, "origin": ORIGIN, "created_at": now}
    row, _ = MODELS[kind].objects.get_or_create(code=review.text, defaults=values)
    MODELS[kind].objects.filter(pk=row.pk).update(is_verified=True, is_active=True)
    _settle(review, Answer.NEW, row.pk, by=by, now=now)
    return row.pk


@transaction.atomic
def dismiss(review: NameReview, *, by: Actor, now: datetime) -> None:
    """Say that the name is worth no row: it stays text, and is not asked about again.

    Raises: Conflict if somebody has answered meanwhile.
    """
    _settle(review, Answer.DISMISSED, None, by=by, now=now)


@transaction.atomic
def take_back(review: NameReview, *, by: Actor, now: datetime) -> None:
    """Ask again: the alias goes, what was made is retired, firing alerts are untied.

    How alerts were grouped meanwhile stays. Raises: Conflict if it is asked already.
    """
    fields = {"answer": "", "target_id": None, "answered_at": None}
    answered = NameReview.objects.filter(pk=review.pk, answered_at=review.answered_at)
    if review.answered_at is None or not answered.update(**fields):
        raise Conflict("This name is asked about already.")
    kind, given, target_id = InventoryKind(review.kind), Answer(review.answer), review.target_id
    before = _payload(review, target_id) | {"answer": given}
    audit.record(by, WITHDRAWN, "name_review", str(review.pk), at=now, before=before)
    if target_id is not None:
        _forget(kind, given, target_id, review.text)
        bump_revision()
        bus.publish(WITHDRAWN, _payload(review, target_id), at=now)


def _forget(kind: InventoryKind, given: Answer, target_id: UUID, text: str) -> None:
    if given is Answer.ALIAS:
        NameAlias.objects.filter(kind=kind, text=text, target_id=target_id).delete()
    else:
        row = MODELS[kind].objects.filter(pk=target_id)
        row.update(is_verified=False)
        row.filter(origin=ORIGIN).update(is_active=False)


def _settle(
    review: NameReview, given: Answer, target_id: UUID | None, *, by: Actor, now: datetime
) -> None:
    fields = {"answer": given, "target_id": target_id, "answered_at": now}
    if not NameReview.objects.filter(pk=review.pk, answered_at=None).update(**fields):
        raise Conflict("Somebody has answered this meanwhile.")
    after = _payload(review, target_id) | {"answer": given}
    audit.record(by, ANSWERED, "name_review", str(review.pk), at=now, after=after)
    if target_id is not None:
        bump_revision()
        bus.publish(ANSWERED, _payload(review, target_id), at=now)


def _payload(review: NameReview, target_id: UUID | None) -> dict[str, str]:
    return {"kind": review.kind, "text": review.text, "target_id": str(target_id or "")}
