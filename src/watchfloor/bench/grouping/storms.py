"""Fault storms: hundreds of reports from one fault, and nothing between one fault and the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.bench.grouping import faults
from watchfloor.bench.grouping.company import Company, Device, Site, Town, make_company
from watchfloor.bench.grouping.labelled import (
    BEGIN,
    HOUR,
    MINUTE,
    Cause,
    Labelled,
    Teller,
    incident,
)

KINDS = ("power", "carrier", "gateway", "release")
SETS = (*KINDS, "all kinds")
FAULTS = 24
_TOWNS = (Town(0, 0, 4, 27), Town(30, 12, 3, 18), Town(-20, 35, 5, 18))


def storms(name: str, *, seed: int = 1, count: int = FAULTS) -> Labelled:
    """Return the set of that name: faults of one kind, or of all kinds, some of them at once."""
    rng = Random(f"storms/{name}/{seed}")  # noqa: S311 - no secret is made of it
    is_large = name == "gateway"
    company = make_company(rng, _TOWNS, carriers=5, devices=(110, 320) if is_large else (14, 40))
    tell = Teller(rng, f"storms-{seed}")
    at = BEGIN + 3 * HOUR
    busy: dict[str, Seconds] = {}
    for number in range(count):
        kind = rng.choice(KINDS) if name == "all kinds" else name
        lasts = rng.uniform(8, 70) * MINUTE
        place = _FAULTS[kind](tell, company, busy, at, lasts, incident(f"{kind}-{number}"))
        busy |= dict.fromkeys(place, at + lasts + 10 * MINUTE)
        at += (
            lasts * rng.uniform(0.2, 0.6)
            if name == "all kinds" and rng.random() < 0.3
            else (lasts + rng.uniform(6, 150) * MINUTE)
        )
    return Labelled(f"storms, {name}", tell.told(), {"": company.inventory()})


_Fault = Callable[[Teller, Company, dict[str, Seconds], Seconds, Seconds, Cause], list[str]]


def _free(sites: Sequence[Site], busy: dict[str, Seconds], at: Seconds) -> list[Site]:
    """Return the sites that no fault is at: two at one place at once have no single truth."""
    return [site for site in sites if busy.get(site.id, 0.0) <= at]


def _power(
    tell: Teller,
    company: Company,
    busy: dict[str, Seconds],
    at: Seconds,
    lasts: Seconds,
    why: Cause,
) -> list[str]:
    feeder = tell.rng.choice(company.sites).feeder
    ill = _free(company.on_feeder(feeder), busy, at)
    faults.power_cut(tell, ill, at, lasts, why)
    return [site.id for site in ill]


def _carrier(
    tell: Teller,
    company: Company,
    busy: dict[str, Seconds],
    at: Seconds,
    lasts: Seconds,
    why: Cause,
) -> list[str]:
    carrier = tell.rng.choice(company.sites).carrier
    ill = _free(company.on_carrier(carrier), busy, at)
    faults.carrier_outage(tell, ill, at, lasts, why)
    return [site.id for site in ill]


def _gateway(
    tell: Teller,
    company: Company,
    busy: dict[str, Seconds],
    at: Seconds,
    lasts: Seconds,
    why: Cause,
) -> list[str]:
    site = tell.rng.choice(_free(company.sites, busy, at))
    faults.gateway_down(tell, site, at, lasts, why)
    return [site.id]


def _release(
    tell: Teller,
    company: Company,
    busy: dict[str, Seconds],
    at: Seconds,
    lasts: Seconds,
    why: Cause,
) -> list[str]:
    """A release goes to the things of one kind, at all sites of one client."""
    ours = company.of_client(tell.rng.choice(company.sites).client)
    free = _free(ours, busy, at)
    kind = tell.rng.choice(("camera", "reader", "sensor"))
    ill: list[tuple[Site, Device]] = [(s, d) for s in free for d in s.devices if d.kind == kind]
    faults.bad_release(tell, ill, at, lasts, why)
    return [site.id for site in free]


_FAULTS: dict[str, _Fault] = {
    "power": _power, "carrier": _carrier, "gateway": _gateway, "release": _release,
}  # fmt: skip
