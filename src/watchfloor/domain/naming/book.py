"""The inventory of one tenant as names: what a sender's words mean, kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from watchfloor.aiops.correlation.names import NameEntry, NameIndex
from watchfloor.domain.devices.models import Device
from watchfloor.domain.naming.models import InventoryKind, NameAlias
from watchfloor.domain.org.models import Client, InventoryRevision, Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.tenancy.context import require_tenant_id

_KEPT = 64
"""Tenants whose books a process keeps; a book of 5,000 names takes some 10 MB."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row of the inventory lies: its code, and what it belongs to."""

    code: str
    client_id: UUID | None = None
    site_id: UUID | None = None
    domains: tuple[str, ...] = ()
    """Failure domains, nearest first, as opaque labels."""


@dataclass(slots=True)
class Book:
    """One state of the verified inventory, and the unverified names met since."""

    revision: int
    index: NameIndex
    places: dict[UUID, Place]
    unverified: dict[tuple[InventoryKind, str], UUID] = field(default_factory=dict)


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
    aliases: dict[UUID, list[str]] = {}
    for target_id, text in NameAlias.objects.values_list("target_id", "text"):
        aliases.setdefault(target_id, []).append(text)
    places: dict[UUID, Place] = {}
    entries = [
        NameEntry(
            id=pk.hex,
            kind=kind,
            code=code,
            name=name,
            aliases=tuple(aliases.get(pk, ())),
            parent=parent.hex if parent else None,
        )
        for kind, pk, code, name, parent in _rows(places)
    ]
    return Book(revision, NameIndex(entries), places)


_Row = tuple[str, UUID, str, str, UUID | None]


def _rows(places: dict[UUID, Place]) -> Iterator[_Row]:
    yield from _clients(places)
    yield from _sites(places)
    yield from _devices(places)
    verified = Person.objects.filter(is_verified=True, is_active=True)
    for pk, code, name, site_id in verified.values_list("id", "code", "name", "home_site_id"):
        places[pk] = Place(code, site_id=site_id)
        yield InventoryKind.PERSON.value, pk, code, name, None


def _clients(places: dict[UUID, Place]) -> Iterator[_Row]:
    verified = Client.objects.filter(is_verified=True, is_active=True)
    for pk, code, name in verified.values_list("id", "code", "name"):
        places[pk] = Place(code, client_id=pk, domains=(f"client:{code}",))
        yield InventoryKind.CLIENT.value, pk, code, name, None


def _sites(places: dict[UUID, Place]) -> Iterator[_Row]:
    verified = Site.objects.filter(is_verified=True, is_active=True)
    columns = ("id", "code", "name", "client_id", "feeder", "carrier")
    for pk, code, name, client_id, feeder, carrier in verified.values_list(*columns):
        shared = (("feeder", feeder), ("carrier", carrier))
        client = places.get(client_id) if client_id else None
        domains = (
            f"site:{code}",
            *(f"{kind}:{label}" for kind, label in shared if label),
            *(client.domains if client else ()),
        )
        places[pk] = Place(code, client_id, pk, domains)
        yield InventoryKind.SITE.value, pk, code, name, client_id


def _devices(places: dict[UUID, Place]) -> Iterator[_Row]:
    verified = Device.objects.filter(is_verified=True, is_active=True)
    rows = list(verified.values_list("id", "code", "name", "site_id", "parent_id"))
    parents = {pk: parent for pk, _, _, _, parent in rows}
    codes = {pk: code for pk, code, _, _, _ in rows}
    for pk, code, name, site_id, _ in rows:
        site = places.get(site_id) if site_id else None
        above = tuple(f"device:{codes[up]}" for up in _ancestors(pk, parents) if up in codes)
        domains = (f"device:{code}", *above, *(site.domains if site else ()))
        places[pk] = Place(code, site.client_id if site else None, site_id, domains)
        yield InventoryKind.DEVICE.value, pk, code, name, site_id


def _ancestors(pk: UUID, parents: dict[UUID, UUID | None]) -> Iterator[UUID]:
    up, seen = parents.get(pk), {pk}
    while up is not None and up not in seen:
        seen.add(up)
        yield up
        up = parents.get(up)
