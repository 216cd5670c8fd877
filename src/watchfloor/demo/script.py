"""What happens in the night, alarm by alarm: first the story, then ordinary hours for ever."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge

from watchfloor.aiops.types import Seconds
from watchfloor.demo.generator import Alarm, Generator
from watchfloor.demo.moments import PANIC_AT, STORM_ALARMS, STORM_AT, STORM_FEEDER, STRAY_AT
from watchfloor.demo.world import Device, Site, World

EVENING_HOURS = 4.0
EVENING_ALARMS = 14
STILL_OPEN = 5
POWER_BACK_AFTER: Seconds = 240.0
POWER_BACK_SPREAD: Seconds = 60.0
UNCOVERED_AFTER: Seconds = 1200.0
QUIET_PER_MINUTE = 0.8
OVER_AFTER: Seconds = 420.0
"""About as long ordinary alarms last."""
HOUR: Seconds = 3600.0
FLAPS, FLAPS_EVERY = 8, 40.0
CHATTER_EVERY: Seconds = 90.0


def evening(world: World, seed: int, started_at: Seconds) -> list[Alarm]:
    """Return what came before the story: some hours with an alarm now and then."""
    make = Generator(world, seed)
    return make.evening(
        lit(world), started_at, hours=EVENING_HOURS, alarms=EVENING_ALARMS, still_open=STILL_OPEN
    )


def story(world: World, seed: int, started_at: Seconds) -> list[Alarm]:
    """Return the alarms of the moments: the power cut, the panic in its midst, and the camera that
    somebody covers in the dark, which looks as if the power cut had done it."""
    make = Generator(world, seed + 1)
    dark, camera = _covered(world, seed)
    cut = make.power_cut(STORM_FEEDER, started_at + STORM_AT, alarms=STORM_ALARMS, spared=camera)
    site = lit(world)[seed % len(lit(world))]
    guard = next(guard for guard in world.guards if guard.home_site == site.code)
    panic = make.panic(site, guard, started_at + PANIC_AT)
    return sorted([*cut, panic, make.covered_camera(dark, camera, started_at + STRAY_AT)], key=_at)


def aftermath(world: World, seed: int, started_at: Seconds) -> list[Alarm]:
    """Return how the power comes back, and the covered camera sees again."""
    told = story(world, seed, started_at)
    cut = [alarm for alarm in told if alarm.cause.startswith("power:")]
    [stray] = [alarm for alarm in told if alarm.cause.startswith("covered:")]
    make, back = Generator(world, seed + 2), started_at + STORM_AT + POWER_BACK_AFTER
    cleared = make.end_of(stray, started_at + STRAY_AT + UNCOVERED_AFTER, "the lens is clear")
    return [*make.power_back(cut, back, spread=POWER_BACK_SPREAD), cleared]


def ordinary_hours(world: World, seed: int, since: Seconds) -> Iterator[Alarm]:
    """Yield the noise of the night without end: ordinary alarms that pass, a talkative camera, a
    loose door contact, each hour at other sites; in order of time."""
    return merge(_passing(world, seed + 3, since), _talk(world, seed + 4, since), key=_at)


def lit(world: World) -> Sequence[Site]:
    """Return the sites that keep their power in the story."""
    return [site for site in world.sites if site.feeder != STORM_FEEDER]


def _covered(world: World, seed: int) -> tuple[Site, Device]:
    """Return the camera on a battery of its own that is covered, and where it hangs."""
    dark = world.on_feeder(STORM_FEEDER)
    site = dark[seed % len(dark)]
    return site, next(one for one in world.devices_of(site.code) if one.kind == "camera")


def _passing(world: World, seed: int, since: Seconds) -> Iterator[Alarm]:
    make = Generator(world, seed)
    ending: list[Alarm] = []
    began = since
    while True:
        until = began + HOUR
        hour = list(make.background(lit(world), began, until, per_minute=QUIET_PER_MINUTE))
        over = [
            make.end_of(a, a.at + make.rng.uniform(0.3, 1.7) * OVER_AFTER, "over") for a in hour
        ]
        told = sorted([*hour, *over, *ending], key=_at)
        yield from (alarm for alarm in told if alarm.at < until)
        ending = [alarm for alarm in told if alarm.at >= until]
        began = until


def _talk(world: World, seed: int, since: Seconds) -> Iterator[Alarm]:
    make = Generator(world, seed)
    while True:
        door, camera = make.rng.sample(lit(world), 2)
        flaps = make.flapping(door, since + HOUR / 4, changes=FLAPS, every=FLAPS_EVERY)
        chatter = make.chatter(camera, since + HOUR / 2, since + HOUR, every=CHATTER_EVERY)
        yield from sorted([*flaps, *chatter], key=_at)
        since += HOUR


def _at(alarm: Alarm) -> Seconds:
    return alarm.at
