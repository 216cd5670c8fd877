"""Keeping pictures and clips as evidence, and handing them out. Both leave an audit row."""

from __future__ import annotations

from datetime import datetime
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from watchfloor.noc.alerts import checks
from watchfloor.noc.evidence.models import Attachment
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid, NotFound
from watchfloor.platform.files import keeping
from watchfloor.platform.files.kinds import Kind, kind_of, name_for
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

LONGEST_NAME = 120
WANTED = "JPEG, PNG, GIF, WebP, AVIF, HEIC, MP4, MOV, WebM, MKV or AVI"


def attach(
    incident_id: UUID, source: keeping.Source, *, name: str, caption: str, by: Actor, now: datetime
) -> Attachment:
    """Keep a picture or clip with an incident. The same content again is the same attachment.

    Raises: Invalid for what is neither, is empty or too large.
    """
    caption = checks.optional_text(caption, "caption")
    kept = keeping.keep(source, most=settings.EVIDENCE_MOST_BYTES, check=_kind)
    kind = kept.checked
    with transaction.atomic():
        lock_flow(require_tenant_id())
        incident = NOCIncident.objects.get(pk=incident_id)
        known = Attachment.objects.filter(incident_id=incident_id, sha256=kept.sha256).first()
        if known is not None:
            return known
        made = Attachment.objects.create(
            incident_id=incident_id,
            name=name_for(name, kind, LONGEST_NAME),
            caption=caption,
            media_type=kind.media_type,
            size=kept.size,
            sha256=kept.sha256,
            added_at=now,
            added_by_kind=by.kind,
            added_by_id=by.id,
        )
        text = f"{made.name}: {caption}" if caption else made.name
        incidents.tell(incident, "attached", text, by, now)
        audit.record(by, "attachment.added", "incident", incident_id, at=now, after=_told(made))
    return made


def open_content(attachment: Attachment, *, by: Actor, now: datetime) -> IO[bytes]:
    """Open the bytes for somebody who may see them, and note that they did.

    Raises: NotFound where the file is gone: the row says what it was.
    """
    try:
        file = keeping.path_of(attachment.sha256).open("rb")
    except FileNotFoundError:
        raise NotFound("The file is gone from the floor's folder.") from None
    after = _told(attachment)
    audit.record(by, "attachment.opened", "incident", attachment.incident_id, at=now, after=after)
    return file


def _kind(begin: bytes) -> Kind:
    kind = kind_of(begin)
    if kind is None:
        raise Invalid("This is no picture or clip that is kept.", fields={"file": f"send {WANTED}"})
    return kind


def _told(attachment: Attachment) -> dict[str, object]:
    return {
        "attachment": str(attachment.pk),
        "name": attachment.name,
        "sha256": attachment.sha256,
        "size": attachment.size,
    }
