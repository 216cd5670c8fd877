"""Reading attachments: who sees the whole incident sees all of it, others what they added."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from watchfloor.noc.evidence.models import Attachment
from watchfloor.noc.incidents import places
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.errors import NotFound


def visible(viewer: Viewer) -> QuerySet[Attachment]:
    """Return attachments for this viewer: a picture may show places that are not theirs."""
    found = Attachment.objects.filter(incident__in=incidents.visible(viewer.scope).values("pk"))
    if viewer.scope.all_clients:
        return found
    theirs = Q(added_by_kind=viewer.actor.kind, added_by_id=viewer.actor.id)
    beyond = incidents.visible(viewer.scope).filter(places.beyond(viewer.scope))
    return found.filter(theirs | ~Q(incident__in=beyond.values("pk")))


def of_incident(viewer: Viewer, incident_id: UUID) -> QuerySet[Attachment]:
    """Return its attachments, the oldest first."""
    return visible(viewer).filter(incident_id=incident_id).order_by("added_at", "id")


def one(viewer: Viewer, attachment_id: UUID) -> Attachment:
    """Return the attachment. Raises: NotFound for what is not for this viewer, too."""
    found = visible(viewer).filter(pk=attachment_id).first()
    if found is None:
        raise NotFound("There is no such attachment.")
    return found


def referred() -> Iterable[str]:
    """Return the digests of all contents that the tenant in scope refers to."""
    return Attachment.objects.values_list("sha256", flat=True).distinct()
