"""Companies for the bench: towns on a map, sites in them, devices in trees. All names are made up.

Nothing here follows the demo's company or anybody's recorded one: sizes, depths and numbers of
things differ from seed to seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, pi, radians, sin
from random import Random

from watchfloor.aiops.correlation.topology import Client, Inventory
from watchfloor.aiops.correlation.topology import Device as KnownDevice
from watchfloor.aiops.correlation.topology import Site as KnownSite
from watchfloor.bench.grouping.labelled import Subject

CENTRE = (47.2, 8.1)
KM_PER_DEGREE = 111.2
_ONSETS = (*"bdfghjklmnprstvz", "ch", "gr", "st", "tr")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
_ENDS = ("", "", "n", "l", "r", "s", "x", "th")


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    kind: str
    """gateway, switch, or what hangs on a switch."""
    parent: str | None


@dataclass(frozen=True, slots=True)
class Site:
    id: str
    client: str
    feeder: str
    carrier: str
    x: float
    """Kilometres east and north of the company's centre."""
    y: float
    devices: tuple[Device, ...]

    def subject(self, device: Device) -> Subject:
        return Subject(device.id, self.id, self.client)

    def kilometres_to(self, x: float, y: float) -> float:
        return hypot(self.x - x, self.y - y)


@dataclass(frozen=True, slots=True)
class Town:
    x: float
    y: float
    radius: float
    sites: int


@dataclass(frozen=True)
class Company:
    sites: Sequence[Site]
    clients: Sequence[str] = field(default=())

    def on_feeder(self, feeder: str) -> list[Site]:
        return [site for site in self.sites if site.feeder == feeder]

    def on_carrier(self, carrier: str) -> list[Site]:
        return [site for site in self.sites if site.carrier == carrier]

    def of_client(self, client: str) -> list[Site]:
        return [site for site in self.sites if site.client == client]

    def inventory(self, *, feeders: bool = True) -> Inventory:
        """Return what the product is told; without feeders nobody knows who shares the power."""
        return Inventory(
            [Client(id=client, name=client) for client in self.clients],
            [_known(site, feeders=feeders) for site in self.sites],
            [
                KnownDevice(id=d.id, name=d.id, site=site.id, parent=d.parent, type=d.kind)
                for site in self.sites
                for d in site.devices
            ],
        )


def word(rng: Random, syllables: int = 2) -> str:
    """Return a pronounceable name that means nothing."""
    return "".join(
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_ENDS) for _ in range(syllables)
    )


def words(rng: Random, count: int, syllables: int = 2) -> list[str]:
    """Return so many different names."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[word(rng, syllables)] = None
    return list(found)


def make_company(
    rng: Random,
    towns: Sequence[Town],
    *,
    clients: int = 5,
    carriers: int = 3,
    sites_per_feeder: int = 9,
    devices: tuple[int, int] = (8, 30),
) -> Company:
    """Return a company whose feeders are shared by neighbours, its carriers by anybody."""
    names = words(rng, sum(town.sites for town in towns), 3)
    client_names, carrier_names = words(rng, clients), words(rng, carriers)
    sites: list[Site] = []
    for town in towns:
        for number, (x, y) in enumerate(_places(rng, town)):
            code = names[len(sites)]
            sites.append(
                Site(
                    id=code,
                    client=rng.choice(client_names),
                    feeder=f"{town.x:.0f}/{town.y:.0f}-{number // sites_per_feeder}",
                    carrier=rng.choice(carrier_names),
                    x=x,
                    y=y,
                    devices=tuple(_devices(rng, code, rng.randint(*devices))),
                )
            )
    return Company(sites, client_names)


def _places(rng: Random, town: Town) -> list[tuple[float, float]]:
    """Return places in a town, neighbours next to each other."""
    polar = sorted((rng.uniform(0, 2 * pi), town.radius * rng.random() ** 0.5)
                   for _ in range(town.sites))  # fmt: skip
    return [(town.x + far * cos(turn), town.y + far * sin(turn)) for turn, far in polar]


def _devices(rng: Random, site: str, count: int) -> Iterator[Device]:
    gateway = Device(f"{site}/gw", "gateway", None)
    yield gateway
    switches = [Device(f"{site}/sw{n}", "switch", gateway.id) for n in range(1 + count // 14)]
    yield from switches
    yield Device(f"{site}/panel", "panel", gateway.id)
    kinds = ("camera", "camera", "reader", "sensor", "recorder", "intercom")
    for number in range(count - 2 - len(switches)):
        kind = rng.choice(kinds)
        yield Device(f"{site}/{kind}{number}", kind, rng.choice(switches).id)


def _known(site: Site, *, feeders: bool) -> KnownSite:
    return KnownSite(
        id=site.id,
        name=site.id,
        client=site.client,
        feeder=site.feeder if feeders else "",
        isp=site.carrier,
        lat=CENTRE[0] + site.y / KM_PER_DEGREE,
        lon=CENTRE[1] + site.x / (KM_PER_DEGREE * cos(radians(CENTRE[0]))),
    )
