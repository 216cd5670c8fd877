"""Where in the inventory a report belongs."""

from __future__ import annotations

import msgspec

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.correlation.names import NO_MATCH, Match, NameIndex
from watchfloor.aiops.correlation.topology import Inventory
from watchfloor.aiops.correlation.vicinity import Position
from watchfloor.aiops.types import canonical_type

_REMEMBERED = 65_536


class Place(msgspec.Struct, frozen=True):
    """Inventory ids where the names are known, else the names as sent."""

    client: str
    site: str
    device: str
    domains: tuple[str, ...] = ()
    position: Position | None = None
    """Of the site."""
    client_match: Match = NO_MATCH
    site_match: Match = NO_MATCH
    device_match: Match = NO_MATCH


class Places:
    """Finds places in one state of the inventory; without one, names stay as they are.

    A device is looked for inside the site that was given: one of the same name elsewhere is another
    one. Where no site was given, the device tells it.
    """

    def __init__(self, inventory: Inventory | None = None) -> None:
        self._inventory = inventory or Inventory((), (), ())
        self._index = NameIndex(self._inventory.names())
        self._found: dict[tuple[str, str, str], Place] = {}

    def of(self, report: Report) -> Place:
        key = (report.client, report.site, device_of(report))
        place = self._found.get(key)
        if place is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            place = self._found[key] = self._find(*key)
        return place

    def _find(self, client: str, site: str, device: str) -> Place:
        of_client = self._index.match(client, "client")
        of_site = self._index.match(site, "site")
        is_elsewhere = bool(site) and of_site.id is None
        of_device = (
            NO_MATCH if is_elsewhere else self._index.match(device, "device", within=of_site.id)
        )
        site_id, device_id = of_site.id or site, of_device.id or device
        if of_device.id and not site:
            site_id = self._inventory.devices[of_device.id].site
        known = self._inventory.sites.get(site_id)
        return Place(
            client=of_client.id or client or (known.client if known else ""),
            site=site_id,
            device=device_id,
            domains=self._inventory.domains(of_device.id or "", site_id),
            position=known.position if known else None,
            client_match=of_client,
            site_match=of_site,
            device_match=of_device,
        )


def device_of(report: Report) -> str:
    """Return the device, whichever field names it."""
    if not report.device and report.entity_id and canonical_type(report.entity_type) == "DEVICE":
        return report.entity_id
    return report.device
