"""Draw up floor plans: keep the picture, name it, place devices on it, take it away."""

from __future__ import annotations

from datetime import datetime
from typing import IO, NamedTuple

from django.conf import settings
from django.db import transaction

from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.domain.plans.models import Placement, Plan
from watchfloor.platform.accounts.places import with_below
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.files import keeping
from watchfloor.platform.files.pictures import size_of
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_inventory

MOST_OF_A_SITE = 100
MOST_ON_A_PLAN = 500
"""More marks than that cover each other on any screen."""
MOST_BYTES = 20 * 2**20
LONGEST_SIDE = 12_000
MOST_PIXELS = 40_000_000
"""A browser draws a picture as four bytes a pixel: 160 MB, which a desk has and still draws."""


class Picture(NamedTuple):
    media_type: str
    width: int
    height: int


def add(
    site: Site, source: keeping.Source, *, name: str, level: int, by: Actor, now: datetime
) -> Plan:
    """Make a plan of a site from a picture.

    Raises: Invalid for what is no picture or too large, and for a name that the site has already.
    """
    name = _named(name)
    most = min(MOST_BYTES, settings.EVIDENCE_MOST_BYTES)
    kept = keeping.keep(source, most=most, check=_picture)
    with transaction.atomic():
        lock_inventory(require_tenant_id())
        if Plan.objects.filter(site=site).count() >= MOST_OF_A_SITE:
            raise Conflict(f"A site has at most {MOST_OF_A_SITE} plans: remove one first.")
        plan = Plan(site=site, name=name, level=level, created_at=now, size=kept.size,
                    sha256=kept.sha256, **kept.checked._asdict())  # fmt: skip
        _refuse_taken(plan)
        plan.save(force_insert=True)
        audit.record(by, "plan.added", "plan", plan.pk, at=now, after=_told(plan))
    return plan


def change(plan: Plan, *, name: str, level: int, by: Actor, now: datetime) -> Plan:
    """Call the plan something else, or move it among those of its site."""
    name = _named(name)
    with transaction.atomic():
        plan = _held(plan)
        before = _told(plan)
        plan.name, plan.level = name, level
        if _told(plan) != before:
            _refuse_taken(plan)
            plan.save(update_fields=["name", "level"])
            audit.record(
                by, "plan.changed", "plan", plan.pk, at=now, before=before, after=_told(plan)
            )
    return plan


@transaction.atomic
def remove(plan: Plan, *, by: Actor, now: datetime) -> None:
    """Take the plan away, and all placements on it. Its file goes with the next clean-up."""
    plan = _held(plan)
    audit.record(by, "plan.removed", "plan", plan.pk, at=now, before=_told(plan))
    plan.delete()


def open_picture(plan: Plan) -> IO[bytes]:
    """Open the picture. Raises: NotFound where the file is gone."""
    try:
        return keeping.path_of(plan.sha256).open("rb")
    except FileNotFoundError:
        raise NotFound("The picture is gone from the floor's folder.") from None


def place(plan: Plan, device: Device, *, x: float, y: float, by: Actor, now: datetime) -> Placement:
    """Say where a device is, wherever it stood before.

    Raises: Invalid for a device of another site; Conflict where the plan is full.
    """
    if device.site_id not in with_below(frozenset({plan.site_id})):
        raise Invalid(
            f"{device} is not at {plan.site}.", fields={"device_id": "name a device of the site"}
        )
    with transaction.atomic():
        plan = _held(plan)
        there = Placement.objects.filter(device=device).first()
        if there is not None and (there.plan_id, there.x, there.y) == (plan.pk, x, y):
            return there
        if there is None or there.plan_id != plan.pk:
            _refuse_full(plan)
        placed, _ = Placement.objects.update_or_create(
            device=device, defaults={"plan": plan, "x": x, "y": y}
        )
        after = {"plan": str(plan.pk), "x": x, "y": y}
        audit.record(by, "device.placed", "device", device.pk, at=now, after=after)
    return placed


@transaction.atomic
def take_off(plan: Plan, device: Device, *, by: Actor, now: datetime) -> None:
    """Take the device off the plan. Repeating it changes nothing."""
    gone, _ = Placement.objects.filter(plan=plan, device=device).delete()
    if gone:
        before = {"plan": str(plan.pk)}
        audit.record(by, "device.taken_off", "device", device.pk, at=now, before=before)


def _held(plan: Plan) -> Plan:
    """Return the plan as it is, which nobody changes meanwhile. Raises: NotFound if it is gone."""
    lock_inventory(require_tenant_id())
    found = Plan.objects.filter(pk=plan.pk).first()
    if found is None:
        raise NotFound("There is no such floor plan any more.")
    return found


def _picture(begin: bytes) -> Picture:
    found = size_of(begin)
    if found is None:
        raise Invalid("This is no picture of a plan.", fields={"file": "send a PNG, JPEG or WebP"})
    kind, (width, height) = found
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        message = f"send at most {LONGEST_SIDE} pixels a side, and {MOST_PIXELS // 10**6} million"
        raise Invalid(f"This picture has {width} by {height} pixels.", fields={"file": message})
    return Picture(kind.media_type, width, height)


def _named(name: str) -> str:
    name = name.replace("\x00", "").strip()
    if not name:
        raise Invalid("A plan has a name.", fields={"name": "write one, such as Ground floor"})
    return name


def _refuse_taken(plan: Plan) -> None:
    others = Plan.objects.filter(site_id=plan.site_id, name=plan.name).exclude(pk=plan.pk)
    if others.exists():
        message = "the site has a plan of this name: choose another"
        raise Invalid("This name is taken.", fields={"name": message})


def _refuse_full(plan: Plan) -> None:
    if Placement.objects.filter(plan=plan).count() >= MOST_ON_A_PLAN:
        raise Conflict(f"A plan shows at most {MOST_ON_A_PLAN} devices: add another plan.")


def _told(plan: Plan) -> dict[str, object]:
    return {
        "site": str(plan.site_id),
        "name": plan.name,
        "level": plan.level,
        "sha256": plan.sha256,
    }
