"""Finding out what a template makes of bodies: captured, pasted, tried on what would be saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from watchfloor.noc.intake import selectors, services
from watchfloor.noc.intake.capturing import MOST_BYTES, as_kept
from watchfloor.noc.intake.models import Capture, CapturedBody
from watchfloor.noc.intake.services import Preview, check_name
from watchfloor.noc.intake.templates import template_of
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.context import require_tenant_id

LASTS = timedelta(hours=24)
MOST_CAPTURES = 20
MOST_ALERTS = 20
"""Of one body; a page tries a hundred bodies at each click."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the first alerts of a captured body would become.

    `refused` says why nothing of it could be read.
    """

    body: CapturedBody
    preview: Preview
    refused: str = ""

    @property
    def is_all(self) -> bool:
        return len(self.preview.alerts) + len(self.preview.rejected) < MOST_ALERTS


@transaction.atomic
def start(name: str, *, by: Actor, now: datetime) -> Capture:
    """Keep bodies of the name for a day from now on. Serves all requests within 2 s."""
    check_name(name)
    others = Capture.objects.exclude(name=name)
    if others.count() >= MOST_CAPTURES:
        raise Conflict(f"Bodies of {MOST_CAPTURES} names are captured: stop one first.")
    row, _ = Capture.objects.update_or_create(
        tenant_id=require_tenant_id(), name=name, defaults={"until": now + LASTS}
    )
    after = {"name": name, "until": row.until.isoformat()}
    audit.record(by, "capture.started", "capture", row.pk, at=now, after=after)
    return row


@transaction.atomic
def stop(name: str, *, by: Actor, now: datetime) -> None:
    """Keep no more, and forget what was kept. Raises: NotFound."""
    row = selectors.capture(name)
    before = {"name": name, "bodies": row.bodies.count()}
    audit.record(by, "capture.stopped", "capture", row.pk, at=now, before=before)
    row.delete()


@transaction.atomic
def add(name: str, value: Any, *, by: Actor, now: datetime) -> CapturedBody:
    """Keep a body that somebody has pasted. Raises: NotFound, Invalid."""
    row = selectors.capture(name)
    body = as_kept(msgspec.json.encode(value))
    if body is None:
        raise Invalid(
            "This cannot be mapped.",
            fields={"body": f"send a JSON object or list of at most {MOST_BYTES >> 10} kB"},
        )
    audit.record(by, "capture.pasted", "capture", row.pk, at=now, after={"name": name})
    return CapturedBody.objects.create(capture=row, received_at=now, body=body)


def try_on(
    bodies: Iterable[CapturedBody], *, items: str, fields: Mapping[str, str], now: datetime
) -> list[Trial]:
    """Return what each body would become under the template. Raises: Invalid for a wrong one."""
    template_of(items, fields)
    return [_tried(body, items, fields, now) for body in bodies]


def _tried(body: CapturedBody, items: str, fields: Mapping[str, str], now: datetime) -> Trial:
    sent = bytes(body.body)
    try:
        found = services.preview(items=items, fields=fields, body=sent, now=now, most=MOST_ALERTS)
    except Invalid as error:
        return Trial(body, Preview([], []), error.message)
    return Trial(body, found)
