"""The devices of a site together, so that the silence of one is weighed by its neighbours'."""

from __future__ import annotations

from math import inf
from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.beats.site import FORGOTTEN, Hangs, SiteBeats
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Beat, Event
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.types import Seconds

CERTAINTY = Limit(
    name="device_offline_certainty",
    default=0.5,
    unit="",
    low=0.1,
    high=0.99,
    says="How likely a silent device is down, rather than its beats lost, before it is told.",
)
SITE = ""
"""The group of all devices of a site, which is no device's code."""
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


class SiteDevicesFacts(Facts):
    """Of one site, or of one device of which nobody knows where it is."""

    kind: ClassVar[str] = "site_devices"
    hears: ClassVar[tuple[type[Event], ...]] = (Beat,)

    site: str = ""
    beats: SiteBeats = SiteBeats()
    said: dict[str, Said] = {}

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        if not isinstance(event, Beat):
            return ()
        return (_site_of(event, directory) or event.device,)

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        if not isinstance(event, Beat):
            return self
        site = _site_of(event, directory)
        beats = self.beats.after_beat(event.device, at, hangs(directory, site))
        if beats is self.beats:
            return self
        said = {code: one for code, one in self.said.items() if code in beats.devices}
        said[event.device] = said.get(event.device, Said()).after(event)
        return msgspec.structs.replace(self, site=site, beats=beats, said=said)

    def at(self, moment: Seconds, directory: Directory) -> Self:
        """Return the facts once the beats due by then have been missed."""
        beats = self.beats.at(moment, hangs(directory, self.site))
        return self if beats is self.beats else msgspec.structs.replace(self, beats=beats)

    def is_here(self, device: str, directory: Directory) -> bool:
        """Return whether the device still belongs to this site."""
        ref = directory.devices.get(device)
        return ref is None or ref.site in ("", self.site)

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        return at >= self._over_at()

    def over_due(self, directory: Directory) -> Seconds | None:
        return self._over_at()

    def _over_at(self) -> Seconds:
        return max((one.last for one in self.beats.devices.values()), default=-inf) + FORGOTTEN


def hangs(directory: Directory, site: str) -> Hangs:
    """Return how the devices of a site hang together."""

    def groups(device: str) -> list[str]:
        found, ref = [device], directory.devices.get(device)
        while ref is not None and ref.parent and len(found) < _DEEPEST:
            found.append(ref.parent)
            ref = directory.devices.get(ref.parent)
        return [*found, SITE]

    def period(device: str) -> Seconds | None:
        ref = directory.devices.get(device)
        return ref.beat_seconds if ref else None

    sure = directory.limit(CERTAINTY.name, site)
    return Hangs(groups, period, sure, directory.listening_since)


def _site_of(beat: Beat, directory: Directory) -> str:
    ref = directory.devices.get(beat.device)
    return (ref.site if ref else "") or beat.site
