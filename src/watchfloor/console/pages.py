"""The pages of the console, in the sections of the rail. A page is listed to who may see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from watchfloor.platform.accounts.capabilities import (
    ASSIGN_INCIDENTS,
    AUDIT_VIEW,
    CONFIGURE,
    INTEGRATIONS_MANAGE,
    MANAGE_MAINTENANCE,
    REVIEW_FRAUD,
    VIEW,
)
from watchfloor.platform.accounts.scope import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """A page by its view; it counts as open at all addresses below `within`, by default its own.

    `is_whole`: only for those who hold the capability over all clients.
    """

    name: str
    view: str
    capability: str = VIEW
    key: str = ""
    within: str = ""
    is_whole: bool = False

    def is_for(self, viewer: Viewer) -> bool:
        if not viewer.may(self.capability):
            return False
        return not self.is_whole or viewer.acting(self.capability).scope.all_clients


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    address: str
    is_current: bool
    key: str


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    pages: tuple[Page, ...]


SECTIONS: dict[str, tuple[Entry, ...]] = {
    "Watch": (
        Entry("Incidents", "incidents", key="i", within="/incidents"),
        Entry("Alerts", "alerts", key="a"),
        Entry("Findings", "findings"),
        Entry("Map", "site-map", key="x"),
        Entry("Heat map", "heat"),
        Entry("On post", "presences"),
        Entry("Profiles", "profiles"),
        Entry("Scorecard", "scorecards"),
        Entry("Desks", "desks", ASSIGN_INCIDENTS, key="k"),
        Entry("Handover", "handovers", key="h"),
        Entry("As sent", "reports"),
        Entry("On test", "on-test", key="t"),
    ),
    "Places": (
        Entry("Sites", "sites", key="s"),
        Entry("Devices", "devices", key="d"),
        Entry("Device wall", "device-wall", key="v"),
        Entry("Floor plans", "plans", key="f"),
        Entry("People", "people", key="p"),
        Entry("Standing orders", "orders", key="b"),
        Entry("Names", "names", CONFIGURE, key="e", is_whole=True),
    ),
    "Operation": (
        Entry("Registers", "operation", key="c"),
        Entry("Limits", "limits"),
        Entry("Fraud", "fraud", REVIEW_FRAUD),
    ),
    "Noise and grouping": (
        Entry("Noise", "noise", key="n"),
        Entry("Lessons", "lessons", CONFIGURE, is_whole=True),
        Entry("Rehearsal", "rehearsal", CONFIGURE, key="r", is_whole=True),
        Entry("Watch mode", "watching", key="w"),
    ),
    "Administration": (
        Entry("First steps", "welcome", CONFIGURE, is_whole=True),
        Entry("Access", "access", CONFIGURE, key="u", is_whole=True),
        Entry("Sources", "sources", INTEGRATIONS_MANAGE, key="o", is_whole=True),
        Entry("Mappings", "mappings", CONFIGURE, key="j", is_whole=True),
        Entry("API keys", "keys", INTEGRATIONS_MANAGE, is_whole=True),
        Entry("Maintenance", "quiet", MANAGE_MAINTENANCE, key="m"),
        Entry("Telling", "telling", INTEGRATIONS_MANAGE, is_whole=True),
        Entry("Sounds", "sounds", CONFIGURE, is_whole=True),
        Entry("Walls", "walls", CONFIGURE),
        Entry("Audit log", "audit", AUDIT_VIEW, key="l", is_whole=True),
        Entry("Quarantine", "quarantine", CONFIGURE, key="q", is_whole=True),
    ),
}
ENTRIES: dict[str, Entry] = {one.view: one for entries in SECTIONS.values() for one in entries}
"""By the view of the page."""


def sections_for(viewer: Viewer, path: str) -> list[Section]:
    """Return what `viewer` may open, the page at `path` marked; empty sections are left out."""
    listed = (
        Section(name, tuple(_page(one, path) for one in entries if one.is_for(viewer)))
        for name, entries in SECTIONS.items()
    )
    return [section for section in listed if section.pages]


def _page(entry: Entry, path: str) -> Page:
    address = reverse(entry.view)
    below = entry.within or address
    is_current = path in {address, below} or path.startswith(f"{below}/")
    return Page(entry.name, address, is_current, entry.key)
