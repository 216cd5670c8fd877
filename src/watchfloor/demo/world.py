"""A guarding company as it could be: clients, sites on a map, what they hang on, who guards them.

The same seed gives the same company. Nothing in it is real.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, cycle, islice, product
from random import Random
from typing import Any

CENTRE = (52.0116, 4.3571)
ZONE = "Europe/Amsterdam"
SITES = 40
SITES_ON_A_FEEDER = 12
"""The first feeder is the large one: its sites are those that go dark in the story."""
REGIONS = ("Harbour", "Old Town", "Northside", "Airport", "Riverside")
CARRIERS = ("Lumenet", "Castel Telecom", "Blueline")
CLIENTS = (
    ("HAL", "Halvorsen Logistics", "PREMIUM"),
    ("MER", "Meridian Pharma", "PREMIUM"),
    ("CIV", "City of Waelburg", "GOLD"),
    ("QUA", "Quayside Retail Group", "GOLD"),
    ("ORI", "Orion Data Centres", "PREMIUM"),
    ("BRA", "Brandt Foods", "STANDARD"),
    ("STE", "Stellar Hotels", "STANDARD"),
    ("NOR", "Nordwind Energy", "GOLD"),
)
PLACES = (
    "Anchor Street", "Birch Lane", "Canal Road", "Dyer's Yard", "Elm Square", "Foundry Way",
    "Granary Row", "Harbour Street", "Ivory Court", "Juniper Park", "King's Wharf", "Lantern Hill",
    "Mill Bridge", "North Gate", "Orchard End", "Pilot Quay", "Quarry Road", "Rope Walk",
    "Saddler's Green", "Tannery Lane", "Upper Dock", "Viaduct Street", "Weaver's Field",
    "Yarrow Close", "Zephyr Point",
)  # fmt: skip
USES = (
    "Depot", "Warehouse", "Laboratory", "Library", "Shopping Arcade", "Data Hall", "Bakery",
    "Hotel", "Substation", "Archive", "Cold Store", "Car Park", "Clinic", "Workshop", "Museum",
    "Office", "Terminal", "School", "Print Works", "Stadium",
)  # fmt: skip
FIRST_NAMES = (
    "Ada", "Bram", "Chiara", "Dario", "Elif", "Femke", "Goran", "Hanna", "Idris", "Jonna",
    "Kofi", "Lotte", "Milan", "Nadia", "Otto", "Priya", "Quinn", "Rosa", "Sven", "Tamar",
)  # fmt: skip
LAST_NAMES = (
    "Achterberg", "Bakker", "Castellan", "Dekker", "Engel", "Ferraro", "Groen", "Haddad",
    "Ivanova", "Jansen", "Kowalski", "Lindqvist", "Mensah", "Novak", "Okafor", "Petit",
)  # fmt: skip

PEOPLE_PER_POST = 5
"""Three shifts a day, seven days: 4.2 full weeks of work for each post, and leave."""
POSTS = (1, 1, 2, 2, 3)
"""Guards that a site asks for in each shift: most ask for one or two."""
MOBILE, LANDLINE = "+44 7700 900{:03}", "+44 1632 960{:03}"
"""A thousand numbers each that Ofcom keeps for stories: nobody can be called by them."""
NUMBERS = 1000


@dataclass(frozen=True, slots=True)
class Site:
    """`posts`: how many guards each shift must have."""

    code: str
    name: str
    client: str
    region: str
    feeder: str
    carrier: str
    criticality: int
    latitude: float
    longitude: float
    posts: int


@dataclass(frozen=True, slots=True)
class Device:
    code: str
    name: str
    kind: str
    site: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Guard:
    code: str
    name: str
    home_site: str


@dataclass(frozen=True)
class World:
    clients: Sequence[tuple[str, str, str]]
    sites: Sequence[Site]
    devices: Sequence[Device]
    guards: Sequence[Guard]

    @cached_property
    def by_code(self) -> Mapping[str, Site]:
        return {site.code: site for site in self.sites}

    @cached_property
    def _guards_of(self) -> Mapping[str, Sequence[Guard]]:
        found: dict[str, list[Guard]] = {site.code: [] for site in self.sites}
        for guard in self.guards:
            found[guard.home_site].append(guard)
        return found

    def guards_of(self, site: str) -> Sequence[Guard]:
        return self._guards_of[site]

    @cached_property
    def _devices_of(self) -> Mapping[str, Sequence[Device]]:
        found: dict[str, list[Device]] = {site.code: [] for site in self.sites}
        for device in self.devices:
            found[device.site].append(device)
        return found

    def devices_of(self, site: str) -> Sequence[Device]:
        return self._devices_of[site]

    def on_feeder(self, feeder: str) -> Sequence[Site]:
        return [site for site in self.sites if site.feeder == feeder]

    def as_inventory(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows as both the import and `load_inventory` take them."""
        return {
            "clients": [{"id": c, "name": n, "tier": t} for c, n, t in self.clients],
            "sites": [_site_row(site) for site in self.sites],
            "devices": [_device_row(device) for device in self.devices],
            "people": [_guard_row(guard, number) for number, guard in enumerate(self.guards)],
        }


def make_world(seed: int = 1, *, sites: int = SITES) -> World:
    """Return a company with so many sites, at most 500."""
    rng = Random(seed)  # noqa: S311 - no secret is made of it
    made = list(_sites(rng, sites))
    return World(CLIENTS, made, list(_devices(made)), list(_guards(rng, made)))


def _sites(rng: Random, count: int) -> Iterable[Site]:
    names = [f"{place} {use}" for place, use in product(PLACES, USES)]
    rng.shuffle(names)
    if count > len(names):
        raise ValueError(f"{count} sites: at most {len(names)} have names of their own")
    clients, carriers, regions = cycle(CLIENTS), cycle(CARRIERS), cycle(REGIONS)
    for number, name in enumerate(names[:count], start=1):
        yield Site(
            code=f"WB{number:03}",
            name=name,
            client=next(clients)[0],
            region=next(regions),
            feeder=f"Feeder {1 + _feeder(number - 1)}",
            carrier=next(carriers),
            criticality=rng.choice((2, 3, 3, 4, 5)),
            latitude=round(CENTRE[0] + rng.gauss(0, 0.05), 5),
            longitude=round(CENTRE[1] + rng.gauss(0, 0.08), 5),
            posts=POSTS[number % len(POSTS)],
        )


def _feeder(index: int) -> int:
    """Give the large feeder every third site until it is full; the others share what is left."""
    is_large = index % 3 == 0 and index // 3 < SITES_ON_A_FEEDER
    return 0 if is_large else 1 + index // 2 % 5


def _devices(sites: Iterable[Site]) -> Iterable[Device]:
    for site in sites:
        gateway, switch, recorder = (f"{site.code}-{kind}" for kind in ("GW", "SW", "NVR"))
        yield Device(gateway, "Gateway", "gateway", site.code, None)
        yield Device(switch, "Switch", "switch", site.code, gateway)
        yield Device(recorder, "Recorder", "nvr", site.code, switch)
        yield Device(f"{site.code}-PNL", "Alarm panel", "panel", site.code, gateway)
        for number in range(1, 10):
            name = f"{site.code}-CAM-{number:02}"
            yield Device(name, f"Camera {number}", "camera", site.code, switch)
        for number in range(1, 5):
            name = f"{site.code}-DOOR-{number:02}"
            yield Device(name, f"Door controller {number}", "door_controller", site.code, switch)
        yield Device(f"{site.code}-TRM", "Attendance terminal", "terminal", site.code, switch)
        yield Device(f"{site.code}-ENV", "Climate sensor", "sensor", site.code, gateway)
        for number in range(1, site.posts + 1):
            yield Device(f"{site.code}-PHN-{number}", f"Phone {number}", "phone", site.code, None)


def _guards(rng: Random, sites: Sequence[Site]) -> Iterable[Guard]:
    names = [f"{first} {last}" for first, last in product(FIRST_NAMES, LAST_NAMES)]
    rng.shuffle(names)
    named = cycle(names)
    numbers = count(1)
    for site in sites:
        for name in islice(named, site.posts * PEOPLE_PER_POST):
            yield Guard(f"G{next(numbers):04}", name, site.code)


def _site_row(site: Site) -> dict[str, Any]:
    return {
        "id": site.code,
        "name": site.name,
        "client": site.client,
        "region": site.region,
        "feeder": site.feeder,
        "isp": site.carrier,
        "criticality": site.criticality,
        "lat": site.latitude,
        "lon": site.longitude,
        "time_zone": ZONE,
    }


def _device_row(device: Device) -> dict[str, Any]:
    return {
        "id": device.code,
        "name": f"{device.code} {device.name}",
        "type": device.kind,
        "site": device.site,
        "parent": device.parent,
    }


def _guard_row(guard: Guard, number: int) -> dict[str, Any]:
    first, last = guard.name.lower().split()
    return {
        "id": guard.code,
        "name": guard.name,
        "home_site": guard.home_site,
        "phone": MOBILE.format(number % NUMBERS),
        "email": f"{first}.{last}.{guard.code.lower()}@example.com",
    }
