"""Alarms with their cause: storms, panics, chatter and flapping, made from a world and a seed.

Pure. `cause` is what each alarm really comes from: alarms of one cause belong in one incident,
and one with a cause of its own belongs in one of its own. Times are unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.world import Device, Guard, Site, World

STORM_SPREAD: Seconds = 12.0


@dataclass(frozen=True, slots=True)
class Alarm:
    """One report to be sent at a time; `cause` is known to the generator only."""

    at: Seconds
    cause: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Sign:
    """How a device of a kind tells that its power is gone, and how many seconds later."""

    alert_type: str
    severity: str
    message: str
    after: Seconds
    within: Seconds


DARK = {
    "panel": _Sign("MAINS_FAILURE", "HIGH", "{name}: mains lost, on battery", 0.0, 0.25),
    "gateway": _Sign("DEVICE_OFFLINE", "HIGH", "{name} does not answer", 0.15, 0.45),
    "switch": _Sign("DEVICE_OFFLINE", "HIGH", "{name} unreachable", 0.2, 0.6),
    "nvr": _Sign("DEVICE_OFFLINE", "HIGH", "{name} stopped recording", 0.25, 0.7),
    "camera": _Sign("VIDEO_LOSS", "MEDIUM", "no picture from {name}", 0.2, 1.0),
    "door_controller": _Sign("DEVICE_OFFLINE", "MEDIUM", "{name} lost contact", 0.3, 1.0),
}
QUIET = (
    ("door_controller", "DOOR_HELD_OPEN", "LOW", "{name} open for over 60 seconds"),
    ("camera", "CAMERA_BLURRED", "LOW", "{name}: picture out of focus"),
    ("panel", "BATTERY_LOW", "MEDIUM", "{name}: battery at 18 %"),
    ("camera", "MOTION_AT_NIGHT", "LOW", "{name}: movement near the fence"),
    ("nvr", "DISK_NEARLY_FULL", "MEDIUM", "{name}: 92 % of the disk in use"),
    ("gateway", "LINK_DEGRADED", "LOW", "{name}: 4 % of packets lost"),
)
COVERED, LENS_COVERED = "VIEW_COVERED", "the lens is covered"
PANIC_MESSAGE = "Panic button pressed by {guard} at {site}"


class Generator:
    """Makes alarms of one world. The same seed makes the same alarms, ids included."""

    def __init__(self, world: World, seed: int, source: str = "night-shift") -> None:
        self.world = world
        self.rng = Random(seed)  # noqa: S311 - no secret is made of it
        self.source = source

    def power_cut(
        self,
        feeder: str,
        at: Seconds,
        *,
        alarms: int,
        spread: Seconds = STORM_SPREAD,
        spared: Device | None = None,
    ) -> list[Alarm]:
        """Return what the sites of a feeder report within `spread` seconds after it fails.

        `spared`: a device that goes on, by a battery of its own.
        """
        cause = f"power:{feeder}"
        ill = [pair for pair in self.darkened_by(feeder) if pair[1] != spared]
        if len(ill) < alarms:
            raise ValueError(f"{feeder} feeds {len(ill)} devices: no {alarms} can alarm")
        kept = sorted(ill, key=lambda pair: pair[1].kind not in ("panel", "gateway"))[:alarms]
        made = [self._goes_dark(site, device, cause, at, spread) for site, device in kept]
        return sorted(made, key=lambda alarm: alarm.at)

    def darkened_by(self, feeder: str) -> list[tuple[Site, Device]]:
        """Return the devices that a feeder takes down, with their sites."""
        return [
            (site, device)
            for site in self.world.on_feeder(feeder)
            for device in self.world.devices_of(site.code)
            if device.kind in DARK
        ]

    def power_back(self, cut: Sequence[Alarm], at: Seconds, *, spread: Seconds) -> list[Alarm]:
        """Return the end of each alarm of a cut."""
        made = [
            self.end_of(alarm, at + self.rng.uniform(0, spread), "power is back") for alarm in cut
        ]
        return sorted(made, key=lambda alarm: alarm.at)

    def end_of(self, alarm: Alarm, at: Seconds, message: str) -> Alarm:
        body = alarm.body | {"status": "resolved", "message": message}
        return self._alarm(at, alarm.cause, body)

    def panic(self, site: Site, guard: Guard, at: Seconds, alert_type: str = "PANIC") -> Alarm:
        """Return a person's call for help; its cause is its own."""
        body = {
            "alert_type": alert_type,
            "severity": "CRITICAL",
            "site": site.name,
            "client": site.client,
            "person": guard.code,
            "entity_type": "person",
            "entity_id": guard.code,
            "message": PANIC_MESSAGE.format(guard=guard.name, site=site.name),
        }
        return self._alarm(at, f"panic:{guard.code}:{at:.3f}", body)

    def covered_camera(self, site: Site, camera: Device, at: Seconds) -> Alarm:
        """Return what a camera says whose lens somebody has covered; its cause is its own."""
        body = _about(site, camera) | {
            "alert_type": COVERED,
            "severity": "HIGH",
            "message": f"{camera.name}: {LENS_COVERED}",
        }
        return self._alarm(at, f"covered:{camera.code}", body)

    def quiet(self, site: Site, at: Seconds, kind: int) -> Alarm:
        """Return one ordinary alarm of a night, number `kind` of `QUIET`, of a cause of its own."""
        wanted, alert_type, severity, message = QUIET[kind % len(QUIET)]
        devices = [d for d in self.world.devices_of(site.code) if d.kind == wanted]
        device = self.rng.choice(devices)
        body = _about(site, device) | {
            "alert_type": alert_type,
            "severity": severity,
            "message": message.format(name=device.name),
        }
        return self._alarm(at, f"quiet:{device.code}:{at:.3f}", body)

    def chatter(
        self, site: Site, since: Seconds, until: Seconds, *, every: Seconds
    ) -> Iterator[Alarm]:
        """Yield what one talkative detector says again and again, at irregular times."""
        device = next(d for d in self.world.devices_of(site.code) if d.kind == "camera")
        body = _about(site, device) | {
            "alert_type": "MOTION_AT_NIGHT",
            "severity": "LOW",
            "message": "a branch moves in the wind",
        }
        at = since + self.rng.expovariate(1 / every)
        while at < until:
            yield self._alarm(at, f"chatter:{device.code}", body)
            at += self.rng.expovariate(1 / every)

    def flapping(self, site: Site, at: Seconds, *, changes: int, every: Seconds) -> list[Alarm]:
        """Return a door contact that opens and closes in turn."""
        device = next(d for d in self.world.devices_of(site.code) if d.kind == "door_controller")
        body = _about(site, device) | {
            "alert_type": "DOOR_FORCED",
            "severity": "MEDIUM",
            "message": f"{device.name}: contact open",
        }
        return [
            self._alarm(
                at + number * every,
                f"flapping:{device.code}",
                {**body, "status": "resolved" if number % 2 else "firing"},
            )
            for number in range(changes)
        ]

    def background(
        self, sites: Sequence[Site], since: Seconds, until: Seconds, *, per_minute: float
    ) -> Iterator[Alarm]:
        """Yield the ordinary noise of the sites, in order of time."""
        at = since + self.rng.expovariate(per_minute / 60)
        while at < until:
            yield self.quiet(self.rng.choice(sites), at, self.rng.randrange(len(QUIET)))
            at += self.rng.expovariate(per_minute / 60)

    def evening(
        self, sites: Sequence[Site], until: Seconds, *, hours: float, alarms: int, still_open: int
    ) -> list[Alarm]:
        """Return the hours before `until`: so many alarms, spread out, all but the last few over.

        The last of them is some minutes old by then.
        """
        step = hours * 3600 / (alarms + 1)
        began = until - hours * 3600
        made: list[Alarm] = []
        for number in range(alarms):
            at = began + step * (number + self.rng.uniform(0.2, 0.8))
            alarm = self.quiet(self.rng.choice(sites), at, number)
            made.append(alarm)
            if number < alarms - still_open:
                made.append(self.end_of(alarm, at + self.rng.uniform(120, 500), "back to normal"))
        return sorted(made, key=lambda alarm: alarm.at)

    def _goes_dark(
        self, site: Site, device: Device, cause: str, at: Seconds, spread: Seconds
    ) -> Alarm:
        sign = DARK[device.kind]
        body = _about(site, device) | {
            "alert_type": sign.alert_type,
            "severity": sign.severity,
            "message": sign.message.format(name=device.name),
        }
        moment = at + spread * self.rng.uniform(sign.after, sign.within)
        return self._alarm(moment, cause, body)

    def _alarm(self, at: Seconds, cause: str, body: dict[str, Any]) -> Alarm:
        own = {"id": f"{self.rng.getrandbits(64):016x}", "source": self.source, "timestamp": at}
        return Alarm(at, cause, {**body, **own})


def _about(site: Site, device: Device) -> dict[str, Any]:
    return {
        "site": site.name,
        "client": site.client,
        "device": device.code,
        "entity_type": "device",
        "entity_id": device.code,
        "status": "firing",
    }
