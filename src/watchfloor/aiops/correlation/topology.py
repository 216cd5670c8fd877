"""What hangs on what: devices on their parents, on sites, on power feeders, carriers, clients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from watchfloor.aiops.correlation.names import NameEntry
from watchfloor.aiops.correlation.vicinity import Position, vicinities
from watchfloor.aiops.errors import ConfigError

_MAX_PARENTS = 16
"""Longer chains of devices than any building has; stops a circle."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str = ""
    client: str = ""
    feeder: str = ""
    isp: str = ""
    """The carrier that connects it."""
    region: str = ""
    lat: float | None = None
    lon: float | None = None
    aliases: tuple[str, ...] = ()

    @property
    def position(self) -> Position | None:
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)

    def domains(self, vicinities: Sequence[str] = ()) -> tuple[str, ...]:
        """Return what it fails with, nearest first."""
        wider = {"carrier": self.isp, "client": self.client}
        return (
            f"site:{self.id}",
            *((f"feeder:{self.feeder}",) if self.feeder else ()),
            *vicinities,
            *(f"{kind}:{name}" for kind, name in wider.items() if name),
        )


class Device(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str = ""
    site: str = ""
    parent: str | None = None
    type: str = ""
    aliases: tuple[str, ...] = ()


class Client(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str = ""
    aliases: tuple[str, ...] = ()


_Row = TypeVar("_Row", Client, Site, Device)


class Cause(msgspec.Struct, frozen=True):
    """What most of the ill things hang on."""

    domain: str
    covered: int
    of: int
    is_ill: bool
    """It reported itself; otherwise it is what the ill things have in common."""


class Inventory:
    """The graph, with the chain of failure domains of every site and device worked out."""

    def __init__(
        self, clients: Iterable[Client], sites: Iterable[Site], devices: Iterable[Device]
    ) -> None:
        self.clients = {client.id: client for client in clients}
        self.sites = {site.id: site for site in sites}
        self.devices = {device.id: device for device in devices}
        near = vicinities(_positions(self.sites.values()))
        self._of_site = {
            site.id: site.domains(near.get(site.id, ())) for site in self.sites.values()
        }
        self._of_device = {device.id: self._chain(device) for device in self.devices.values()}

    def domains(self, device: str = "", site: str = "") -> tuple[str, ...]:
        """Return failure domains, nearest first: the device, its parents, site, feeder, vicinities,
        carrier, client. Empty for what the inventory does not know."""
        found = self._of_device.get(device)
        return self._of_site.get(site, ()) if found is None else found

    def names(self) -> Iterable[NameEntry]:
        """Yield what senders may call things, for a `NameIndex`."""
        for kind, things in (("client", self.clients), ("site", self.sites)):
            for thing in things.values():
                yield NameEntry(
                    id=thing.id, kind=kind, code=thing.id, name=thing.name, aliases=thing.aliases
                )
        for device in self.devices.values():
            yield NameEntry(
                id=device.id, kind="device", code=device.id, name=device.name,
                aliases=device.aliases, parent=device.site or None,
            )  # fmt: skip

    def _chain(self, device: Device) -> tuple[str, ...]:
        chain: dict[str, None] = {}
        above: Device | None = device
        while above is not None and f"device:{above.id}" not in chain and len(chain) < _MAX_PARENTS:
            chain[f"device:{above.id}"] = None
            above = self.devices.get(above.parent or "")
        return (*chain, *self._of_site.get(device.site, ()))


def _positions(sites: Iterable[Site]) -> dict[str, Position]:
    return {site.id: site.position for site in sites if site.position is not None}


def hops(one: Sequence[str], other: Sequence[str]) -> int | None:
    """Return the steps between two chains of domains over what they share first; None if nothing.

    >>> hops(("device:cam", "device:switch", "site:S1"), ("device:door", "device:switch"))
    2
    """
    steps = {domain: step for step, domain in reversed(list(enumerate(one)))}
    shared = [step + steps[domain] for step, domain in enumerate(other) if domain in steps]
    return min(shared, default=None)


def likely_cause(chains: Iterable[Sequence[str]]) -> Cause | None:
    """Return the topmost ill thing that most of the ill things hang on.

    Takes each report's chain of domains; the first of a chain is what is ill. If no ill thing
    covers two or more, the nearest domain that most of them share is the suspect, if there is one.
    """
    ill = {chain[0]: tuple(chain) for chain in chains if chain}
    if not ill:
        return None
    cover = Counter(domain for chain in ill.values() for domain in chain)
    height = {domain: step for chain in ill.values() for step, domain in enumerate(chain)}
    itself = max(ill, key=lambda domain: (cover[domain], height[domain], domain))
    if cover[itself] > 1 or len(ill) == 1:
        return Cause(itself, cover[itself], len(ill), is_ill=True)
    shared = max(cover, key=lambda domain: (cover[domain], -height[domain], domain))
    if cover[shared] < 2:
        return None
    return Cause(shared, cover[shared], len(ill), is_ill=False)


def load_inventory(world: Mapping[str, Any]) -> Inventory:
    """Return the inventory of a JSON object with `clients`, `sites` and `devices`.

    Unknown fields are left aside; `carrier` is another word for a site's `isp`.
    Raises: ConfigError that names the list, the row and what is wrong.
    """
    return Inventory(
        _read(world, "clients", Client),
        _read(world, "sites", Site),
        _read(world, "devices", Device),
    )


def _read(world: Mapping[str, Any], name: str, kind: type[_Row]) -> list[_Row]:
    rows = world.get(name, [])
    if not isinstance(rows, list):
        raise ConfigError(f"inventory: {name} is no list; send [{{...}}, ...]")
    read: list[_Row] = []
    for number, row in enumerate(rows):
        if isinstance(row, dict) and "carrier" in row:
            row = {"isp": row["carrier"], **row}
        try:
            read.append(msgspec.convert(row, kind))
        except msgspec.ValidationError as error:
            raise ConfigError(f"inventory: {name}[{number}]: {error}") from error
    return read
