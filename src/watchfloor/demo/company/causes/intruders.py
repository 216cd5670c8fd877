"""Alarms of breaking in, nearly all of them false; the few real ones; and calls for help."""

from __future__ import annotations

from functools import partial
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.alarms import Alarms, Sign
from watchfloor.demo.company.chance import about, arrivals
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import is_night
from watchfloor.demo.company.work.arming import AREA
from watchfloor.demo.world import Site

FALSE_PER_SITE = 0.35
REAL_AMONG_FALSE = 0.04
"""Of 100 alarms of breaking in, 94 to 98 are false."""
CALLS_PER_SITE = 0.004
FALSE_CALLS = 0.3
OTHER_NOISE_PER_SITE = 0.5
MOTION = Sign(
    "vms", "SECURITY_ANOMALY", "HIGH", ("movement at {what} outside hours", "Motion at {what}")
)
ENTRY = Sign("access", "DOOR_FORCED", "CRITICAL", ("{what} was forced", "{what}: forced open"))
GLASS = Sign("panel", "INTRUSION", "CRITICAL", ("{what}: glass break", "{what}: intrusion alarm"))
PANIC = Sign("panel", "PANIC", "CRITICAL", ("Panic button of {what}",))
NOISE = (
    Sign("access", "DOOR_HELD_OPEN", "LOW", ("{what} open for over 60 seconds",)),
    Sign("vms", "CAMERA_BLURRED", "LOW", ("{what}: picture out of focus",)),
    Sign("panel", "BATTERY_LOW", "MEDIUM", ("{what}: battery at 18 %",)),
)
NOISY = ("door_controller", "camera", "panel")
ZONES = 20


class Intruders:
    def __init__(self, company: Company, alarms: Alarms) -> None:
        self._company = company
        self._alarms = alarms

    def begin(self) -> None:
        company = self._company
        for site in company.world.sites:
            rng = company.rng(f"intruders:{site.code}")
            real = FALSE_PER_SITE * REAL_AMONG_FALSE
            for rate, begin in (
                (FALSE_PER_SITE, partial(self.false_alarm, site, rng)),
                (real, partial(self.intrusion, site, rng)),
            ):
                company.start(arrivals(company, rng, rate, begin, self._at_night))
            company.start(arrivals(company, rng, CALLS_PER_SITE, partial(self.call, site, rng)))
            noise = partial(self._noise, site, rng)
            company.start(arrivals(company, rng, OTHER_NOISE_PER_SITE, noise))

    def false_alarm(self, site: Site, rng: Random) -> Process:
        """An animal, the wind, a cleaner: one alarm or two, over in minutes."""
        zone = str(rng.randrange(ZONES))
        alarm = self._alarms.fires(
            MOTION if rng.random() < 0.8 else GLASS, site.code, None, "noise", zone=zone
        )
        yield about(rng, 2)
        if rng.random() < 0.3:
            self._alarms.again(alarm)
            yield about(rng, 2)
        self._alarms.ends(alarm)

    def intrusion(self, site: Site, rng: Random) -> Process:
        """Somebody breaks in: a door first, then zone after zone, until they leave."""
        company = self._company
        incident = company.opens("INTRUSION", [site.code], about(rng, 35, 0.5), weight=3.0)
        door = f"{site.code}-DOOR-{rng.randint(1, 4):02}"
        self._sense(door, "DOOR", "FORCED", site)
        alarms = [self._alarms.fires(ENTRY, site.code, incident, device=door)]
        while company.now < incident.ends_at and len(alarms) < 8:
            yield rng.uniform(20, 180)
            zone = str(rng.randrange(ZONES))
            sign = MOTION if rng.random() < 0.7 else GLASS
            alarms.append(self._alarms.fires(sign, site.code, incident, "symptom", zone=zone))
        yield from company.until_over(incident)
        for alarm in alarms:
            self._alarms.ends(alarm, "reset")

    def call(self, site: Site, rng: Random) -> Process:
        """Somebody presses a panic button: in need, or by mistake."""
        if rng.random() >= FALSE_CALLS:
            yield from self.panic(site, rng)
            return
        guard = rng.choice(self._company.world.guards_of(site.code)).code
        alarm = self._alarms.fires(PANIC, site.code, None, "noise", person=guard)
        yield about(rng, 3)
        self._alarms.ends(alarm, "reset")

    def panic(self, site: Site, rng: Random) -> Process:
        company, lasts = self._company, about(rng, 40, 0.4)
        guard = rng.choice(company.world.guards_of(site.code)).code
        incident = company.opens("EMERGENCY", [site.code], lasts, person=guard, weight=5.0)
        alarm = self._alarms.fires(PANIC, site.code, incident, person=guard)
        yield from company.until_over(incident)
        self._alarms.ends(alarm, "reset")

    def _noise(self, site: Site, rng: Random) -> Process:
        number = rng.randrange(len(NOISE))
        devices = [d for d in self._company.world.devices_of(site.code) if d.kind == NOISY[number]]
        device = rng.choice(devices).code
        alarm = self._alarms.fires(NOISE[number], site.code, None, "noise", device=device)
        yield about(rng, 6)
        self._alarms.ends(alarm)

    def _sense(self, device: str, kind: str, state: str, site: Site) -> None:
        body = {"device": device, "kind": kind, "state": state, "site": site.code, "area": AREA}
        self._company.tell("sensors", {"ts": self._company.now, **body})

    def _at_night(self, at: Seconds) -> float:
        """False alarms need the site armed; wind and rain bring more of them."""
        weather = self._company.seasons.weather(at)
        return (2.2 if is_night(at) else 0.5) * (1.4 if weather.rain else 0.9)
