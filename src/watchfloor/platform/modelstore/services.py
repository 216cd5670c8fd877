"""Registers, promotes and rolls back models of the tenant in scope, and hands out their bytes.

What a kind of model does when another becomes live is its own app's: it calls these inside its own
transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.modelstore.models import ModelVersion, Stage
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

MOST_BYTES = 16 * 1024 * 1024


def versions(kind: str = "") -> QuerySet[ModelVersion]:
    """Return the versions, the newest first, without their bytes."""
    found = ModelVersion.objects.defer("body").order_by("-created_at", "-id")
    return found.filter(kind=kind) if kind else found


def version(of: str) -> ModelVersion:
    """Return a version by its id or the beginning of its checksum.

    Raises: NotFound, also where several begin so.
    """
    try:
        found = versions().filter(pk=UUID(of))
    except ValueError:
        found = versions().filter(sha256__startswith=of.lower())
    rows = list(found[:2])
    if len(rows) != 1:
        raise NotFound(f"There is no model {of!r}, or more than one: name its id or checksum.")
    return rows[0]


def live(kind: str) -> ModelVersion | None:
    return versions(kind).filter(stage=Stage.LIVE).first()


def load(kind: str, sha256: str) -> bytes | None:
    """Return the bytes of a version; None for one that the tenant has not."""
    found = ModelVersion.objects.filter(kind=kind, sha256=sha256)
    body = found.values_list("body", flat=True).first()
    return None if body is None else bytes(body)


@transaction.atomic
def register(
    kind: str, sha256: str, card: Mapping[str, Any], body: bytes, *, by: Actor, now: datetime
) -> ModelVersion:
    """Keep a model as a candidate. The same bytes again are the same version."""
    if len(body) > MOST_BYTES:
        raise Invalid(f"A model may have {MOST_BYTES} bytes; this one has {len(body)}.")
    lock_flow(require_tenant_id())
    known = versions(kind).filter(sha256=sha256).first()
    if known is not None:
        return known
    made = ModelVersion.objects.create(
        kind=kind,
        sha256=sha256,
        card=dict(card),
        body=body,
        created_at=now,
        created_by_kind=by.kind,
        created_by_id=by.id,
    )
    audit.record(by, "model.registered", "model", made.pk, at=now, after=_told(made))
    return made


@transaction.atomic
def promote(pk: UUID, *, by: Actor, now: datetime) -> ModelVersion:
    """Make it the live one of its kind. Raises: Conflict if its gate did not let it pass."""
    lock_flow(require_tenant_id())
    wanted = version(str(pk))
    if wanted.stage == Stage.LIVE:
        return wanted
    if wanted.card.get("gate", {}).get("passes") is not True:
        raise Conflict("This model did not beat the rules alone on later data: it stays out.")
    before = live(wanted.kind)
    _set(before, Stage.RETIRED)
    wanted.promoted_at = now
    _set(wanted, Stage.LIVE)
    audit.record(
        by, "model.promoted", "model", wanted.pk, at=now,
        before=_told(before), after=_told(wanted),
    )  # fmt: skip
    return wanted


@transaction.atomic
def rollback(kind: str, *, by: Actor, now: datetime) -> ModelVersion | None:
    """Return to the model that was live before; None: to none at all. Raises: Conflict."""
    lock_flow(require_tenant_id())
    present = live(kind)
    if present is None:
        raise Conflict("No model is live: there is nothing to roll back.")
    earlier = (
        versions(kind)
        .filter(stage=Stage.RETIRED, promoted_at__lt=present.promoted_at)
        .order_by("-promoted_at")
        .first()
    )
    _set(present, Stage.RETIRED)
    _set(earlier, Stage.LIVE)
    audit.record(
        by, "model.rolled_back", "model", present.pk, at=now,
        before=_told(present), after=_told(earlier),
    )  # fmt: skip
    return earlier


def _set(row: ModelVersion | None, stage: Stage) -> None:
    if row is not None:
        row.stage = stage
        row.save(update_fields=["stage", "promoted_at"])


def _told(row: ModelVersion | None) -> dict[str, object]:
    return {} if row is None else {"kind": row.kind, "sha256": row.sha256, "stage": row.stage}
