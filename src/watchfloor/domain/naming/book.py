"""The inventory of one tenant as the core reads it, kept in memory until it changes."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from watchfloor.aiops.correlation import topology
from watchfloor.aiops.correlation.names import NameEntry, NameIndex
from watchfloor.aiops.correlation.places import Places
from watchfloor.domain.devices.models import Device
from watchfloor.domain.naming.models import InventoryKind, NameAlias
from watchfloor.domain.org.models import Client, InventoryRevision, Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.tenancy.context import require_tenant_id

_KEPT = 64
"""Tenants whose books a process keeps."""

_Aliases = dict[UUID, tuple[str, ...]]


@dataclass(slots=True)
class Book:
    """One state of the verified inventory, and the unverified names met since.

    The core knows rows by their code, which is unique within a kind; `ids` leads back to rows.
    """

    revision: int
    places: Places
    people: NameIndex
    ids: dict[tuple[InventoryKind, str], UUID]
    unverified: dict[tuple[InventoryKind, str], UUID] = field(default_factory=dict)

    def id_of(self, kind: InventoryKind, code: str | None) -> UUID | None:
        return self.ids.get((kind, code)) if code else None


_books: OrderedDict[int, Book] = OrderedDict()


def open_book() -> Book:
    """Return the book of the tenant in scope, read anew if the inventory changed since."""
    tenant_id = require_tenant_id()
    revision = InventoryRevision.objects.values_list("number", flat=True).first() or 0
    book = _books.get(tenant_id)
    if book is None or book.revision != revision:
        book = _books[tenant_id] = _read(revision)
    _books.move_to_end(tenant_id)
    while len(_books) > _KEPT:
        _books.popitem(last=False)
    return book


def _read(revision: int) -> Book:
    spellings: defaultdict[UUID, list[str]] = defaultdict(list)
    for target_id, text in NameAlias.objects.order_by("text").values_list("target_id", "text"):
        spellings[target_id].append(text)
    aliases = {target_id: tuple(texts) for target_id, texts in spellings.items()}
    ids: dict[tuple[InventoryKind, str], UUID] = {}
    inventory = topology.Inventory(
        _clients(aliases, ids), _sites(aliases, ids), _devices(aliases, ids)
    )
    return Book(revision, Places(inventory), NameIndex(_people(aliases, ids)), ids)


def _clients(
    aliases: _Aliases, ids: dict[tuple[InventoryKind, str], UUID]
) -> list[topology.Client]:
    rows = Client.objects.filter(is_verified=True, is_active=True).order_by("code")
    found = []
    for pk, code, name in rows.values_list("id", "code", "name"):
        ids[InventoryKind.CLIENT, code] = pk
        found.append(topology.Client(id=code, name=name, aliases=aliases.get(pk, ())))
    return found


def _sites(aliases: _Aliases, ids: dict[tuple[InventoryKind, str], UUID]) -> list[topology.Site]:
    rows = Site.objects.filter(is_verified=True, is_active=True).order_by("code")
    columns = ("id", "code", "name", "client__code", "feeder", "carrier", "region", "latitude",
               "longitude")  # fmt: skip
    found = []
    for pk, code, name, client, feeder, carrier, region, lat, lon in rows.values_list(*columns):
        ids[InventoryKind.SITE, code] = pk
        found.append(
            topology.Site(
                id=code,
                name=name,
                client=client or "",
                feeder=feeder,
                isp=carrier,
                region=region,
                lat=lat,
                lon=lon,
                aliases=aliases.get(pk, ()),
            )
        )
    return found


def _devices(
    aliases: _Aliases, ids: dict[tuple[InventoryKind, str], UUID]
) -> list[topology.Device]:
    rows = Device.objects.filter(is_verified=True, is_active=True).order_by("code")
    columns = ("id", "code", "name", "site__code", "parent__code", "kind")
    found = []
    for pk, code, name, site, parent, kind in rows.values_list(*columns):
        ids[InventoryKind.DEVICE, code] = pk
        found.append(
            topology.Device(
                id=code,
                name=name,
                site=site or "",
                parent=parent,
                type=kind,
                aliases=aliases.get(pk, ()),
            )
        )
    return found


def _people(aliases: _Aliases, ids: dict[tuple[InventoryKind, str], UUID]) -> list[NameEntry]:
    rows = Person.objects.filter(is_verified=True, is_active=True).order_by("code")
    found = []
    for pk, code, name in rows.values_list("id", "code", "name"):
        ids[InventoryKind.PERSON, code] = pk
        found.append(
            NameEntry(
                id=code,
                kind=InventoryKind.PERSON,
                code=code,
                name=name,
                aliases=aliases.get(pk, ()),
            )
        )
    return found
