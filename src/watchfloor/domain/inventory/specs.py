"""What a row of the inventory must look like when it comes from outside.

The same forms serve the API and the import, and accept the keys of exported inventories
(`id` for `code`, `isp` for `carrier`, `lat`/`lon`, `type` for a device's `kind`).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from ninja import Schema
from pydantic import AfterValidator, AliasChoices, BeforeValidator, ConfigDict, Field

from watchfloor.domain.naming.models import InventoryKind
from watchfloor.platform.zones import known_zone


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Code = Annotated[
    str,
    BeforeValidator(_text),
    Field(min_length=1, max_length=100, validation_alias=AliasChoices("code", "id")),
]
Zone = Annotated[str, AfterValidator(known_zone)]
Name = Annotated[str, Field(max_length=200)]
Reference = Annotated[Annotated[str, Field(max_length=100)] | None, BeforeValidator(_text)]


class InventorySpec(Schema):
    """Common to all kinds. `aliases` are further spellings that senders use."""

    model_config = ConfigDict(populate_by_name=True, extra="ignore", str_strip_whitespace=True)
    kind_of_row: ClassVar[InventoryKind]
    references: ClassVar[dict[str, InventoryKind]] = {}

    code: Code
    name: Name = ""
    aliases: list[Name] = []


class ClientSpec(InventorySpec):
    kind_of_row = InventoryKind.CLIENT

    tier: Annotated[str, Field(max_length=20)] = "STANDARD"
    value: Annotated[float, Field(ge=0)] = 1.0


class SiteSpec(InventorySpec):
    kind_of_row = InventoryKind.SITE
    references = {"client": InventoryKind.CLIENT, "parent": InventoryKind.SITE}

    client: Reference = None
    parent: Reference = None
    time_zone: Zone = "UTC"
    criticality: Annotated[int, Field(ge=1, le=5)] = 3
    latitude: Annotated[
        float | None, Field(ge=-90, le=90, validation_alias=AliasChoices("latitude", "lat"))
    ] = None
    longitude: Annotated[
        float | None, Field(ge=-180, le=180, validation_alias=AliasChoices("longitude", "lon"))
    ] = None
    radius_m: Annotated[float, Field(gt=0, le=20_000)] = 200.0
    region: Annotated[str, Field(max_length=100)] = ""
    feeder: Annotated[str, Field(max_length=100)] = ""
    carrier: Annotated[
        str, Field(max_length=100, validation_alias=AliasChoices("carrier", "isp"))
    ] = ""


class DeviceSpec(InventorySpec):
    kind_of_row = InventoryKind.DEVICE
    references = {"site": InventoryKind.SITE, "parent": InventoryKind.DEVICE}

    kind: Annotated[str, Field(max_length=60, validation_alias=AliasChoices("kind", "type"))] = ""
    model: Annotated[str, Field(max_length=100)] = ""
    site: Reference = None
    parent: Reference = None
    installed_on: date | None = None
    serial: Annotated[str, Field(max_length=100)] = ""
    beat_seconds: Annotated[float | None, Field(gt=0, le=86_400)] = None


class PersonSpec(InventorySpec):
    kind_of_row = InventoryKind.PERSON
    references = {"home_site": InventoryKind.SITE}

    home_site: Annotated[
        Reference, Field(validation_alias=AliasChoices("home_site", "home", "site"))
    ] = None
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=254)] = ""


SPECS: dict[InventoryKind, type[InventorySpec]] = {
    InventoryKind.CLIENT: ClientSpec,
    InventoryKind.SITE: SiteSpec,
    InventoryKind.DEVICE: DeviceSpec,
    InventoryKind.PERSON: PersonSpec,
}
