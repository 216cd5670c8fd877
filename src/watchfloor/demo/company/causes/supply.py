"""Power and lines: cuts of a feeder, outages of a carrier in a region, announced maintenance."""

from __future__ import annotations

from functools import partial
from random import Random

from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.alarms import Alarms, Sign
from watchfloor.demo.company.causes.darkness import Darkness
from watchfloor.demo.company.chance import about, arrivals
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import DAY, MINUTE
from watchfloor.demo.company.truth import Incident
from watchfloor.demo.world import Device, Site

CUTS_PER_FEEDER = 0.03
OUTAGES_PER_LINE = 0.012
MAINTENANCE_PER_SITE = 0.03
ANNOUNCED_BEFORE = 2 * DAY
MAINS = Sign(
    "panel", "MAINS_FAILURE", "HIGH", ("{what}: mains lost, on battery", "{what}: mains failure")
)
BATTERY_BY_KIND = {"gateway": 45, "switch": 30, "nvr": 12, "panel": 600, "phone": None}
"""Minutes that a kind goes on without mains; None: power does not concern it."""
BATTERY = 1.0


class Supply:
    def __init__(self, company: Company, alarms: Alarms, darkness: Darkness) -> None:
        self._company = company
        self._alarms = alarms
        self._darkness = darkness

    def begin(self) -> None:
        company, strain = self._company, self._company.seasons.strain
        for feeder in sorted({site.feeder for site in company.world.sites}):
            rng = company.rng(f"power:{feeder}")
            cut = partial(self.power_cut, feeder, rng)
            company.start(arrivals(company, rng, CUTS_PER_FEEDER, cut, strain))
        for line in sorted({(site.carrier, site.region) for site in company.world.sites}):
            rng = company.rng(f"line:{line}")
            outage = partial(self.carrier_outage, *line, rng)
            company.start(arrivals(company, rng, OUTAGES_PER_LINE, outage, strain))
        for site in company.world.sites:
            rng = company.rng(f"maintenance:{site.code}")
            work = partial(self._maintain, site, rng)
            company.start(arrivals(company, rng, MAINTENANCE_PER_SITE, work, is_trouble=False))

    def power_cut(self, feeder: str, rng: Random) -> Process:
        """A feeder fails: panels tell at once, the rest goes dark as its battery empties."""
        company, sites = self._company, self._company.world.on_feeder(feeder)
        codes = [site.code for site in sites]
        incident = company.opens("POWER_CUT", codes, about(rng, 50, 0.8), root=feeder, weight=0.5)
        for site in sites:
            for device in company.world.devices_of(site.code):
                self._loses_power(device, incident, rng)
        yield from company.until_over(incident)

    def carrier_outage(self, carrier: str, region: str, rng: Random) -> Process:
        """The lines of a carrier fail in a region: whole sites are not heard."""
        company = self._company
        codes = [s.code for s in company.world.sites if (s.carrier, s.region) == (carrier, region)]
        root = f"{carrier} {region}"
        lasts = about(rng, 70, 0.9)
        incident = company.opens("CARRIER_OUTAGE", codes, lasts, root=root, weight=0.4)
        for code in codes:
            self._darkness.falls_with_all_below(f"{code}-GW", incident)
        yield from company.until_over(incident)

    def _loses_power(self, device: Device, incident: Incident, rng: Random) -> None:
        company = self._company
        battery = BATTERY_BY_KIND.get(device.kind, BATTERY)
        if device.kind == "panel":
            company.start(self._mains_lost(device, incident), rng.uniform(1, 20))
        if battery is None:
            return
        lasts = battery * MINUTE * rng.uniform(0.5, 1.3)
        if company.now + lasts < incident.ends_at:
            company.start(self._darkness.falls(device.code, incident, is_root=False), lasts)

    def _mains_lost(self, device: Device, incident: Incident) -> Process:
        alarm = self._alarms.fires(MAINS, device.site, incident, device=device.code)
        yield from self._company.until_over(incident)
        yield MINUTE / 3
        self._alarms.ends(alarm, "mains are back")

    def _maintain(self, site: Site, rng: Random) -> Process:
        """Announce work on a site's network, and do it two days later, at night."""
        company = self._company
        starts = company.now + ANNOUNCED_BEFORE
        lasts = about(rng, 60, 0.4)
        window = {"site": site.code, "start": starts, "end": starts + lasts}
        company.truth.maintenance.append(window)
        text = f"Maintenance of the network of {site.code} is announced"
        change = {"kind": "maintenance", "site": site.code, "text": text}
        company.tell("changes", {"ts": company.now, **change})
        yield ANNOUNCED_BEFORE
        incident = company.opens("MAINTENANCE", [site.code], lasts, weight=0.0)
        self._darkness.falls_with_all_below(f"{site.code}-SW", incident)
        yield from company.until_over(incident)
