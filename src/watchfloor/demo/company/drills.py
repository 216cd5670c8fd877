"""Drills: one thing that goes wrong in a company where all else is well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.running import Parts, assemble
from watchfloor.demo.company.seasons import HOUR
from watchfloor.demo.company.work.rota import Shift
from watchfloor.demo.world import Site, World

Begin = Callable[[Parts, Site, Random], Process]


@dataclass(frozen=True, slots=True)
class Drill:
    """`speed`: how many times faster than life it is played if nobody says otherwise."""

    name: str
    says: str
    begin: Begin
    speed: float = 1.0

    def open(self, world: World, seed: int, at: Seconds) -> Parts:
        """Return the company in which the drill is about to begin.

        Every alert keeps its key, so that each of them is seen to end.
        """
        parts = assemble(world, seed, at, keyless=0.0)
        rng = parts.company.rng("drill")
        site = rng.choice(world.sites)
        parts.company.start(self.begin(parts, site, rng), 1.0)
        return parts


def _power_cut(parts: Parts, site: Site, rng: Random) -> Process:
    return parts.supply.power_cut(site.feeder, rng)


def _carrier_outage(parts: Parts, site: Site, rng: Random) -> Process:
    return parts.supply.carrier_outage(site.carrier, site.region, rng)


def _dead_gateway(parts: Parts, site: Site, rng: Random) -> Process:
    return parts.faults.fails(parts.company.plant.devices[f"{site.code}-GW"], rng)


def _loose_contact(parts: Parts, site: Site, rng: Random) -> Process:
    return parts.faults.flapping(parts.company.plant.devices[f"{site.code}-DOOR-01"], rng)


def _intrusion(parts: Parts, site: Site, rng: Random) -> Process:
    return parts.intruders.intrusion(site, rng)


def _false_alarm(parts: Parts, site: Site, rng: Random) -> Process:
    return parts.intruders.false_alarm(site, rng)


def _panic(parts: Parts, site: Site, rng: Random) -> Process:
    return parts.intruders.panic(site, rng)


def _bad_release(parts: Parts, _site: Site, rng: Random) -> Process:
    return parts.releases.bad_release(rng)


def _nobody_came(parts: Parts, site: Site, _rng: Random) -> Process:
    begins = parts.company.now
    people = [guard.code for guard in parts.company.world.guards_of(site.code)[: site.posts]]
    shift = Shift(f"{site.code}-DRILL", site.code, begins, begins + 8 * HOUR, site.posts, people)
    return parts.shifts.absence(shift, site.posts, shift.end, by_relief=False)


def _not_armed(parts: Parts, site: Site, rng: Random) -> Process:
    return parts.arming.forgotten(site, rng)


DRILLS = {
    drill.name: drill
    for drill in (
        Drill("power-cut", "a feeder fails; devices go dark as batteries empty", _power_cut, 10),
        Drill("carrier-outage", "a carrier fails in a region", _carrier_outage, 10),
        Drill("dead-gateway", "a gateway dies, and all behind it is dark", _dead_gateway, 5),
        Drill("loose-contact", "a door contact flaps", _loose_contact, 10),
        Drill("intrusion", "somebody breaks in", _intrusion),
        Drill("false-alarm", "an animal, or the wind", _false_alarm),
        Drill("panic", "a guard presses the panic button", _panic),
        Drill("bad-release", "phones of many sites fall behind", _bad_release, 20),
        Drill("nobody-came", "a shift begins and nobody checks in", _nobody_came, 30),
        Drill("not-armed", "a site is closed, and nobody arms it", _not_armed, 30),
    )
}
