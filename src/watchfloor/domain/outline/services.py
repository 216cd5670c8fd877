"""Set and remove a tenant's outline."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from watchfloor.domain.outline.geojson import shapes_of
from watchfloor.domain.outline.models import Outline
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_inventory


@transaction.atomic
def put(name: str, document: object, *, by: Actor, now: datetime) -> Outline:
    """Let the lines and areas of a GeoJSON document be the outline, in the place of the old one.

    Raises: Invalid, with the cure.
    """
    try:
        shapes = shapes_of(document)
    except ValueError as refused:
        raise Invalid("This outline cannot be drawn.", fields={"geojson": str(refused)}) from None
    points = sum(len(ring) for shape in shapes for ring in shape.rings)
    drawn = {"shapes": [shape._asdict() for shape in shapes], "points": points}
    lock_inventory(require_tenant_id())
    outline, _ = Outline.objects.update_or_create(defaults={"name": name, "set_at": now, **drawn})
    after = {"name": name, "shapes": len(shapes), "points": points}
    audit.record(by, "outline.set", "outline", outline.pk, at=now, after=after)
    return outline


@transaction.atomic
def remove(outline: Outline, *, by: Actor, now: datetime) -> None:
    before = {"name": outline.name, "points": outline.points}
    audit.record(by, "outline.removed", "outline", outline.pk, at=now, before=before)
    outline.delete()
