"""Twelve sites of a town lose power; nobody ever told the product who shares a feeder.

Days of ordinary business come before, at all sites. In a decoy far sites fail at the same minute
for reasons of their own: they are other incidents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from watchfloor.aiops.types import Seconds, Severity, Signal
from watchfloor.bench.grouping import faults
from watchfloor.bench.grouping.company import Company, Site, Town, make_company
from watchfloor.bench.grouping.labelled import (
    BEGIN,
    DAY,
    HOUR,
    MINUTE,
    NOISE,
    Labelled,
    Teller,
    incident,
    poisson,
)

DARK_SITES = 12
WITHIN_KM = 5.0
FAR_KM = 35.0
SEEDS = 10
OUTAGE = "outage"
BUSINESS = ("DOOR_AJAR", "TOUR_LATE", "MOTION", "BATTERY_AGED", "READER_FAULT", "CLOCK_WRONG")
_TOWNS = (Town(0, 0, 2.4, 17), Town(40, 3, 4, 14), Town(-18, 36, 4, 14), Town(-9, -42, 5, 12))


@dataclass(frozen=True)
class Darkness:
    """`dark` are the sites that lost power, `far` those that cannot have to do with it."""

    stream: Labelled
    dark: frozenset[str]
    far: frozenset[str]


def darkness(seed: int, *, decoy: bool = False, days: int = 5) -> Darkness:
    rng = Random(f"darkness/{seed}")  # noqa: S311 - no secret is made of it
    company = make_company(rng, _TOWNS, clients=6, carriers=3, devices=(6, 24))
    tell = Teller(rng, f"dark-{seed}")
    end = BEGIN + days * DAY
    at = BEGIN + (days - 1) * DAY + rng.uniform(1, 20) * HOUR
    lasts = rng.uniform(25, 110) * MINUTE
    ill = sorted(company.sites, key=lambda site: site.kilometres_to(0, 0))[:DARK_SITES]
    dark, far = {site.id for site in ill}, _far(company)
    faults.power_cut(tell, ill, at, lasts, incident(OUTAGE))
    if decoy:
        _decoys(tell, [site for site in company.sites if site.id in far], at)
    for site in company.sites:
        _business(tell, site, BEGIN, end, quiet=(at, at + lasts) if site.id in dark else None)
    name = f"darkness {seed}{', decoys' if decoy else ''}"
    stream = Labelled(name, tell.told(), {"": company.inventory(feeders=False)})
    return Darkness(stream, frozenset(dark), frozenset(far))


def _far(company: Company) -> set[str]:
    return {site.id for site in company.sites if site.kilometres_to(0, 0) >= FAR_KM}


def _decoys(tell: Teller, far: Sequence[Site], at: Seconds) -> None:
    """Four far sites fail within the same minute: gateways, and one power cut of its own."""
    for number, site in enumerate(tell.rng.sample(far, 4)):
        began, lasts = at + tell.rng.uniform(0, 60), tell.rng.uniform(10, 60) * MINUTE
        if number == 0:
            faults.power_cut(tell, [site], began, lasts, incident(f"decoy-{number}"))
        else:
            faults.gateway_down(tell, site, began, lasts, incident(f"decoy-{number}"))


def _business(
    tell: Teller, site: Site, begin: Seconds, end: Seconds, quiet: tuple[Seconds, Seconds] | None
) -> None:
    """Tell the ordinary alarms of a site, more by day than by night; most of them pass."""
    rng = tell.rng
    for at in poisson(rng, begin, end, rng.uniform(2, 12) * HOUR):
        is_night = not 7 <= at % DAY / HOUR < 19
        if (is_night and rng.random() < 0.6) or (quiet and quiet[0] <= at <= quiet[1]):
            continue
        subject = site.subject(rng.choice(site.devices))
        alert_type = rng.choice(BUSINESS)
        tell.say(at, subject, alert_type, NOISE, severity=Severity.LOW)
        if rng.random() < 0.8:
            over = at + rng.uniform(1, 40) * MINUTE
            tell.say(over, subject, alert_type, NOISE, severity=Severity.LOW,
                     status=Signal.RESOLVED)  # fmt: skip
