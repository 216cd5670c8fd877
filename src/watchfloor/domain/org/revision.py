"""The number that tells every process that what it keeps of the inventory is old."""

from __future__ import annotations

from django.db.models import F

from watchfloor.domain.org.models import InventoryRevision


def bump_revision() -> None:
    """Tell every process that its book of names, and its directory, are old."""
    if not InventoryRevision.objects.update(number=F("number") + 1):
        InventoryRevision.objects.create()
