"""Fault storms: hundreds of reports from one fault, and nothing between one fault and the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.bench.grouping import faults
from watchfloor.bench.grouping.company import Company, Site, Town, make_company
from watchfloor.bench.grouping.labelled import (
    BEGIN,
    HOUR,
    MINUTE,
    Cause,
    Labelled,
    Teller,
    incident,
)

KINDS = ("power", "carrier", "burst", "release")
"""Of a burst all is said within a minute or two; the others have repeats, batteries, an end."""
ALL_KINDS = "all kinds"
SETS = (*KINDS, ALL_KINDS)
FAULTS = 24
UPDATED = ("camera", "reader", "sensor")
"""Kinds of things that get releases."""
AT_ONCE = 0.3
"""Of the faults of all kinds, the share that the next one does not wait for."""
_TOWNS = (Town(0, 0, 4, 27), Town(30, 12, 3, 18), Town(-20, 35, 5, 18))


def storms(name: str, *, seed: int = 1, count: int = FAULTS) -> Labelled:
    """Return the set of that name: faults of one kind, or of all kinds, some of them at once."""
    rng = Random(f"storms/{name}/{seed}")  # noqa: S311 - no secret is made of it
    devices = (110, 320) if name == "burst" else (14, 40)
    company = make_company(rng, _TOWNS, carriers=5, devices=devices)
    weather = _Weather(Teller(rng, f"storms-{seed}"), company)
    at = BEGIN + 3 * HOUR
    for number in range(count):
        kind = rng.choice(KINDS) if name == ALL_KINDS else name
        lasts = rng.uniform(8, 70) * MINUTE
        weather.strike(kind, at, lasts, incident(f"{kind}-{number}"))
        if name == ALL_KINDS and rng.random() < AT_ONCE:
            at += lasts * rng.uniform(0.2, 0.6)
        else:
            at += lasts + rng.uniform(6, 150) * MINUTE
    return Labelled(f"storms, {name}", weather.tell.told(), {"": company.inventory()})


@dataclass
class _Weather:
    """Faults over a company. Two at one place at once have no single truth, so it has none."""

    tell: Teller
    company: Company
    busy: dict[str, Seconds] = field(default_factory=dict)
    """Until when a fault is at a site."""

    def strike(self, kind: str, at: Seconds, lasts: Seconds, cause: Cause) -> None:
        by_kind = {
            "power": self._power,
            "carrier": self._carrier,
            "burst": self._burst,
            "release": self._release,
        }
        struck = by_kind[kind](at, lasts, cause)
        self.busy |= {site.id: at + lasts + 10 * MINUTE for site in struck}

    def _power(self, at: Seconds, lasts: Seconds, cause: Cause) -> list[Site]:
        sites = self._free(self.company.on_feeder(self._any().feeder), at)
        faults.power_cut(self.tell, sites, at, lasts, cause)
        return sites

    def _carrier(self, at: Seconds, lasts: Seconds, cause: Cause) -> list[Site]:
        sites = self._free(self.company.on_carrier(self._any().carrier), at)
        faults.carrier_outage(self.tell, sites, at, lasts, cause)
        return sites

    def _burst(self, at: Seconds, lasts: Seconds, cause: Cause) -> list[Site]:
        site = self.tell.rng.choice(self._free(self.company.sites, at))
        faults.burst(self.tell, site, at, cause)
        return [site]

    def _release(self, at: Seconds, lasts: Seconds, cause: Cause) -> list[Site]:
        """A release goes to the things of one kind, at all sites of one client."""
        sites = self._free(self.company.of_client(self._any().client), at)
        kind = self.tell.rng.choice(UPDATED)
        ill = [(site, d) for site in sites for d in site.devices if d.kind == kind]
        faults.bad_release(self.tell, ill, at, lasts, cause)
        return sites

    def _any(self) -> Site:
        return self.tell.rng.choice(self.company.sites)

    def _free(self, sites: Sequence[Site], at: Seconds) -> list[Site]:
        return [site for site in sites if self.busy.get(site.id, 0.0) <= at]
