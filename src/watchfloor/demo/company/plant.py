"""The devices: what keeps each of them from being heard, and how worn it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.spans import NEVER, Span
from watchfloor.demo.company.truth import Failure, Incident
from watchfloor.demo.world import Device, World

DARK_BEHIND = ("gateway", "switch", "nvr")
"""What hangs on these is not heard without them."""


class Plant:
    def __init__(self, world: World) -> None:
        self.devices: Mapping[str, Device] = {one.code: one for one in world.devices}
        self.failures: list[Failure] = []
        self._below: dict[str, list[str]] = {}
        self._holds: dict[str, set[str]] = {}
        self._wearing: dict[str, Span] = {}
        self._last: dict[str, Failure] = {}
        self._before: dict[str, list[Failure]] = {}
        for device in world.devices:
            if device.parent:
                self._below.setdefault(device.parent, []).append(device.code)

    def with_all_below(self, device: str) -> Sequence[str]:
        """Return the device and what hangs on it, nearest first."""
        found, left = list[str](), [device]
        while left:
            code = left.pop(0)
            found.append(code)
            left += self._below.get(code, ())
        return found

    def goes_dark(self, device: str, incident: Incident, at: Seconds, *, is_root: bool) -> bool:
        """Return whether the device was heard until now."""
        holds = self._holds.setdefault(device, set())
        was_heard = not holds
        holds.add(incident.id)
        if was_heard:
            site = self.devices[device].site
            failure = Failure(device, site, at, incident, is_root)
            self.failures.append(failure)
            self._last[device] = failure
            self._before.setdefault(device, []).append(failure)
        return was_heard

    def comes_back(self, device: str, incident: Incident, at: Seconds) -> bool:
        """Return whether the device is heard from now on."""
        holds = self._holds.get(device, set())
        was_dark = bool(holds)
        holds.discard(incident.id)
        if was_dark and not holds:
            self._last[device].end = at
        return was_dark and not holds

    def is_dark(self, device: str, at: Seconds | None = None) -> bool:
        """Whether it is not heard: now, or at an earlier moment."""
        if at is None:
            return bool(self._holds.get(device))
        return any(_covers(failure, at) for failure in _latest(self._before.get(device, ())))

    def cause_of(self, device: str) -> str | None:
        """Return the incident that made a device dark, while it is."""
        return self._last[device].incident.id if self._holds.get(device) else None

    def wears(self, device: str, since: Seconds, until: Seconds) -> None:
        """Let a device get worse from `since` until it fails."""
        self._wearing[device] = Span(since, until)

    def wear(self, device: str, at: Seconds) -> float:
        """Return how ill a device is, from 0 to 1. What has failed is mended or replaced."""
        span = self._wearing.get(device, NEVER)
        return (at - span.since) / (span.until - span.since) if span.covers(at) else 0.0

    def of_kinds(self, kinds: Iterable[str]) -> Sequence[Device]:
        wanted = set(kinds)
        return [device for device in self.devices.values() if device.kind in wanted]


def _latest(failures: Sequence[Failure]) -> Iterator[Failure]:
    return reversed(failures[-4:])


def _covers(failure: Failure, at: Seconds) -> bool:
    return failure.start <= at and (failure.end is None or at < failure.end)
