"""What the palette finds for some words: incidents, sites, devices, within the viewer's bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.urls import reverse

from watchfloor.console import words
from watchfloor.console.reading import listed
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.platform import searching
from watchfloor.platform.accounts.scope import Viewer

EACH = 5
LEAST = 2


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    name: str
    note: str
    address: str


def find(viewer: Viewer, text: str, *, now: datetime) -> list[dict[str, str]]:
    """Return at most `EACH` of a kind, the newest incidents first. Raises: Invalid for too many
    words. Less than two letters find nothing: nearly everything holds one."""
    if len(text.strip()) < LEAST:
        return []
    return [asdict(found) for found in (*_incidents(viewer, text, now), *_places(viewer, text))]


def _incidents(viewer: Viewer, text: str, now: datetime) -> Iterator[Found]:
    rule = incidents.searched(text, searching.begin(now))
    found = incidents.matching(listed(viewer), within=viewer.scope, q=text).filter(rule)
    for one in found.order_by("-opened_at", "-id")[:EACH]:
        note = f"INC-{one.number} · {words.STATES.get(one.state, one.state)}"
        yield Found("Incidents", one.title, note, reverse("incident", args=[one.pk]))


def _places(viewer: Viewer, text: str) -> Iterator[Found]:
    sites = inventory.matching(inventory.sites_for(viewer.scope), text, verified=None)
    for site in sites.select_related("client").order_by("name", "code")[:EACH]:
        client = str(site.client) if site.client else ""
        yield Found("Sites", str(site), client, reverse("site", args=[site.pk]))
    devices = inventory.matching(inventory.devices_for(viewer.scope), text, verified=None)
    for device in devices.select_related("site").order_by("code")[:EACH]:
        place = str(device.site) if device.site else ""
        yield Found("Devices", str(device), place, reverse("device", args=[device.pk]))
