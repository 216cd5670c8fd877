"""What the palette finds for some words: incidents, places and plans in the viewer's bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse

from watchfloor.console import device_wall, words
from watchfloor.console.reading import listed
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.org.models import Site
from watchfloor.domain.plans import selectors as plans
from watchfloor.domain.registers.declaration import declared
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
    everything = (*_incidents(viewer, text, now), *_places(viewer, text), *_nouns(text))
    return [asdict(found) for found in everything]


def _incidents(viewer: Viewer, text: str, now: datetime) -> Iterator[Found]:
    rule = incidents.searched(text, searching.begin(now))
    found = incidents.matching(
        listed(viewer), within=viewer.scope, free_text=viewer.reads_names, q=text
    ).filter(rule)
    for one in found.order_by("-opened_at", "-id")[:EACH]:
        note = f"INC-{one.number} · {words.STATES.get(one.state, one.state)}"
        yield Found("Incidents", one.title, note, reverse("incident", args=[one.pk]))


def _places(viewer: Viewer, text: str) -> Iterator[Found]:
    devices = inventory.devices_for(viewer.scope)
    fitting = inventory.matching(inventory.sites_for(viewer.scope), text, verified=None)
    on_wall = Exists(devices.filter(site=OuterRef("pk")))
    ordered = fitting.select_related("client").order_by("name", "code")
    sites = list(ordered.annotate(is_on_wall=on_wall)[:EACH])
    for site in sites:
        yield Found("Sites", str(site), _client(site), reverse("site", args=[site.pk]))
    named = inventory.matching(devices, text, verified=None)
    for device in named.select_related("site").order_by("code")[:EACH]:
        place = str(device.site) if device.site else ""
        yield Found("Devices", str(device), place, reverse("device", args=[device.pk]))
    for plan in plans.matching(plans.plans_for(viewer.scope), text)[:EACH]:
        yield Found("Floor plans", plan.name, str(plan.site), reverse("plan", args=[plan.pk]))
    yield from _sights(sites)


def _nouns(text: str) -> Iterator[Found]:
    """Return the registers and records whose title has the words in it."""
    words_asked = text.lower().split()
    for what in declared():
        if all(word in what.title.lower() for word in words_asked):
            address = reverse("operation-list", args=[what.noun])
            yield Found("Operation", what.title, what.about, address)


def _sights(sites: Iterable[Any]) -> Iterator[Found]:
    """Return where else sites are looked at: on the map, and their devices on the wall."""
    for site in sites:
        if site.latitude is not None and site.longitude is not None:
            there = urlencode({"lat": site.latitude, "lon": site.longitude})
            yield Found("On the map", str(site), _client(site), f"{reverse('site-map')}?{there}")
    for site in sites:
        if site.is_on_wall:
            wall = device_wall.Wanted(site=str(site.pk)).at()
            yield Found("On the device wall", str(site), _client(site), wall)


def _client(site: Site) -> str:
    return str(site.client) if site.client else ""
