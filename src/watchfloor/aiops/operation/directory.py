"""What the rules know of an organisation: its registers at one moment, by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from watchfloor.aiops.correlation.vicinity import Position
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.types import Seconds


@dataclass(frozen=True, slots=True)
class SiteRef:
    client: str = ""
    time_zone: str = "UTC"
    position: Position | None = None
    radius_m: float = 200.0
    """Of the geofence around the position."""
    line: str = ""
    """What its devices are heard over, with those of other sites; empty if nobody knows."""


@dataclass(frozen=True, slots=True)
class DeviceRef:
    site: str = ""
    kind: str = ""
    parent: str = ""
    serial: str = ""
    beat_seconds: float | None = None
    """Declared period of its heartbeats; None: learn it."""


@dataclass(frozen=True, slots=True)
class PersonRef:
    home_site: str = ""
    sites: frozenset[str] | None = None
    """Where the person may work; None: nobody has said."""
    device: str = ""
    """The person's own device."""
    leave: tuple[tuple[Seconds, Seconds], ...] = ()
    """From and to when the person is granted leave."""
    is_confirmed: bool = True
    """Whether somebody confirmed that this is one person: RELIEF stands for whoever came."""

    def is_on_leave(self, at: Seconds) -> bool:
        return any(start <= at < end for start, end in self.leave)


@dataclass(frozen=True, slots=True)
class Directory:
    """Registers of one tenant. `extras` holds those of single rooms (calendars, arming
    schedules, policies) under the name that their facts look for."""

    limits: Limits
    sites: Mapping[str, SiteRef] = field(default_factory=dict)
    devices: Mapping[str, DeviceRef] = field(default_factory=dict)
    people: Mapping[str, PersonRef] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What people call things, by kind (site, device, post, route, asset) and code. For sentences
    only: nothing is judged by a name, and people have none here."""
    own_life_safety: frozenset[str] = frozenset()
    """What else a sensor says where a person may be in danger, by the tenant's own word; canonical.
    None of it is what a rule knows already."""
    listening_since: Seconds = 0.0
    """From when on the floor can say that it heard nothing; before, it may have been away."""

    def limit(self, name: str, site: str = "") -> float:
        """Return a threshold as it holds at the site."""
        ref = self.sites.get(site)
        return self.limits.at(name, site=site, client=ref.client if ref else "")

    def called(self, kind: str, code: str) -> str:
        """Return the name of a thing; its code where nobody gave it one."""
        return self.names.get(kind, {}).get(code) or code

    def is_one_person(self, person: str) -> bool:
        ref = self.people.get(person)
        return ref is not None and ref.is_confirmed

    def is_on_leave(self, person: str, at: Seconds) -> bool:
        ref = self.people.get(person)
        return ref is not None and ref.is_on_leave(at)

    def position(self, site: str) -> Position | None:
        ref = self.sites.get(site)
        return ref.position if ref else None
