"""Which table holds the rows of each kind that a name can mean."""

from __future__ import annotations

from typing import TypeAlias

from watchfloor.domain.devices.models import Device
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.people.models import Person

Row: TypeAlias = Client | Site | Device | Person

MODELS: dict[InventoryKind, type[Row]] = {
    InventoryKind.CLIENT: Client,
    InventoryKind.SITE: Site,
    InventoryKind.DEVICE: Device,
    InventoryKind.PERSON: Person,
}
