"""The devices of a line together, so that the silence of one is weighed by its neighbours'."""

from __future__ import annotations

from collections.abc import Collection
from math import inf
from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.beats.line import FORGOTTEN, Hangs, LineBeats
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Beat, Event
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.lines import LINE
from watchfloor.aiops.types import Seconds

CERTAINTY = Limit(
    name="device_offline_certainty",
    default=0.5,
    unit="",
    low=0.1,
    high=0.99,
    says="How likely a silent device is down, rather than its beats lost, before it is told.",
)
ALL = ""
"""The group of all devices of a subject, which is no device's code."""
_DEEPEST = 8
_TURNS = 3


class Said(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a device said of itself last; by which serials and addresses, in its latest beats."""

    sync: float | None = None
    serials: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def after(self, beat: Beat) -> Said:
        return Said(
            self.sync if beat.sync is None else beat.sync,
            (*self.serials, beat.serial)[-_TURNS:] if beat.serial else self.serials,
            (*self.addresses, beat.address)[-_TURNS:] if beat.address else self.addresses,
        )


class DevicesFacts(Facts):
    """Of a line, of a site that shares none, or of one device of which nobody knows where it is.

    `sites`: where each device was heard last; where it says nothing, at `site`.
    """

    kind: ClassVar[str] = "site_devices"
    hears: ClassVar[tuple[type[Event], ...]] = (Beat,)

    site: str = ""
    beats: LineBeats = LineBeats()
    said: dict[str, Said] = {}
    sites: dict[str, str] = {}

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        if not isinstance(event, Beat):
            return ()
        return (home(event.device, _site_of(event, directory), directory),)

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        if not isinstance(event, Beat):
            return self
        here = self._placed(event, at, directory)
        beats = here.beats.after_beat(event.device, at, here.hangs(directory))
        if beats is here.beats:
            return self
        said = {**here.said, event.device: here.said.get(event.device, Said()).after(event)}
        known = msgspec.structs.replace(here, beats=beats, said=said)
        return known.without(here.beats.devices.keys() - beats.devices.keys())

    def at(self, moment: Seconds, directory: Directory) -> Self:
        """Return the facts once the beats due by then have been missed."""
        beats = self.beats.at(moment, self.hangs(directory))
        return self if beats is self.beats else msgspec.structs.replace(self, beats=beats)

    def site_of(self, device: str) -> str:
        return self.sites.get(device, self.site)

    def is_here(self, device: str, directory: Directory) -> bool:
        """Return whether the device still belongs to where it was heard last, and that here."""
        ref, site = directory.devices.get(device), self.site_of(device)
        has_stayed = ref is None or ref.site in ("", site)
        return has_stayed and home(device, site, directory) == self.code

    def alert_of(self, site: str, device: str) -> str:
        """Return the site: what it shares a line with may change while an alert lasts."""
        return site or device

    def hangs(self, directory: Directory) -> Hangs:
        """Return how the devices hang together."""

        def groups(device: str) -> list[str]:
            site = self.site_of(device)
            within = [] if site in ("", self.code) else [f"site:{site}"]
            return [*above(device, directory), *within, ALL]

        def period(device: str) -> Seconds | None:
            ref = directory.devices.get(device)
            return ref.beat_seconds if ref else None

        def sure(device: str) -> float:
            return directory.limit(CERTAINTY.name, self.site_of(device))

        wide = ALL if self.code.startswith(LINE) else None
        return Hangs(groups, period, sure, directory.listening_since, wide)

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        return at >= self._over_at()

    def over_due(self, directory: Directory) -> Seconds | None:
        return self._over_at()

    def without(self, devices: Collection[str]) -> Self:
        """Return the facts without what is known of some devices."""
        if not devices:
            return self
        return msgspec.structs.replace(
            self,
            said={code: one for code, one in self.said.items() if code not in devices},
            sites={code: site for code, site in self.sites.items() if code not in devices},
        )

    def _placed(self, beat: Beat, at: Seconds, directory: Directory) -> Self:
        """Return the facts with the device where it speaks from; elsewhere it is a new one."""
        device, site = beat.device, _site_of(beat, directory)
        known = self.beats.devices.get(device)
        if site == self.site_of(device) or (known is not None and at <= known.last):
            return self
        beats = self.beats.without(device) if known else self.beats
        return msgspec.structs.replace(self, beats=beats, sites={**self.sites, device: site})

    def _over_at(self) -> Seconds:
        return max((one.last for one in self.beats.devices.values()), default=-inf) + FORGOTTEN


def home(device: str, site: str, directory: Directory) -> str:
    """Return the subject of a device at a site: the line, else the site, else the device."""
    ref = directory.sites.get(site)
    return (ref.line if ref else "") or site or device


def above(device: str, directory: Directory) -> list[str]:
    """Return a device and those that it hangs on, from near to far."""
    found, ref = [device], directory.devices.get(device)
    while ref is not None and ref.parent and len(found) < _DEEPEST:
        found.append(ref.parent)
        ref = directory.devices.get(ref.parent)
    return found


def _site_of(beat: Beat, directory: Directory) -> str:
    ref = directory.devices.get(beat.device)
    return (ref.site if ref else "") or beat.site
