"""The device wall: how each device of the scope is, site by site, the worst first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from watchfloor.console.looks import LOOKS, Look, look_of
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.noc.alerts.condition import Conditions, heard_lately
from watchfloor.platform.accounts.scope import Scope

TILES = 400
"""As many elements as a page redraws without a pause."""
EACH = 60
"""Tiles of one site among others: the largest must not push all the rest off the page."""
GROUPS = 200
NO_SITE, NOWHERE = "none", "At no site"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the wall shows, as its address says; values that mean nothing are left out."""

    state: str = ""
    site: str = ""
    kind: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        state = query.get("state", "")
        return cls(state if state in LOOKS else "", query.get("site", ""), query.get("kind", ""))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.state or self.site or self.kind)

    def at(self, **changed: str) -> str:
        """Return the address of the wall with these filters, some of them changed."""
        asked = asdict(replace(self, **changed))
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('device-wall')}?{query}" if query else reverse("device-wall")


@dataclass(frozen=True, slots=True)
class Tile:
    id: UUID
    code: str
    name: str
    kind: str
    site_id: UUID | None
    site: str
    look: Look
    alerts: int

    @property
    def at(self) -> str:
        """Return where it is, as the filter by site says it."""
        return str(self.site_id or NO_SITE)


@dataclass(frozen=True, slots=True)
class Group:
    """The devices of a site: how many of each look, and tiles of the worst."""

    site_id: UUID | None
    site: str
    counts: Sequence[tuple[Look, int]]
    tiles: Sequence[Tile]
    left: int
    address: str
    """Of the wall with this site alone."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A count that is the filter of what it counts."""

    look: Look
    count: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Wall:
    choices: Sequence[Choice]
    groups: Sequence[Group]
    sites: Sequence[tuple[str, str]]
    kinds: Sequence[str]
    total: int
    shown: int
    groups_left: int


def read(scope: Scope, wanted: Wanted, now: datetime) -> Wall:
    """Return the wall. Three queries, however many devices there are."""
    everything = _tiles(scope, now)
    there = [tile for tile in everything if _is_there(tile, wanted)]
    counts = Counter(tile.look.key for tile in there)
    asked = [tile for tile in there if wanted.state in ("", tile.look.key)]
    by_site = _by_site(asked)
    groups = list(_groups(by_site, wanted))
    sites = {(tile.site, tile.site_id) for tile in everything}
    return Wall(
        choices=list(_choices(counts, wanted)),
        groups=groups,
        sites=sorted((name, str(pk or NO_SITE)) for name, pk in sites),
        kinds=sorted({tile.kind for tile in everything if tile.kind}),
        total=len(asked),
        shown=sum(len(group.tiles) for group in groups),
        groups_left=len(by_site) - len(groups),
    )


def _tiles(scope: Scope, now: datetime) -> list[Tile]:
    devices = inventory.devices_for(scope)
    how = Conditions.read(scope, devices, now)
    rows = devices.annotate(is_heard=heard_lately(now)).values_list(
        "pk", "name", "code", "kind", "site_id", "site__name", "site__code", "site__client_id",
        "is_heard",
    )  # fmt: skip
    found = []
    for pk, name, code, kind, site_id, site, site_code, client_id, is_heard in rows:
        its = how.of(pk, client_id, site_id, is_heard=is_heard)
        where = site or site_code or NOWHERE
        tile = Tile(pk, code, name or code, kind, site_id, where, look_of(its), its.standing.count)
        found.append(tile)
    return found


def _is_there(tile: Tile, wanted: Wanted) -> bool:
    return wanted.kind in ("", tile.kind) and (not wanted.site or wanted.site == tile.at)


def _choices(counts: Mapping[str, int], wanted: Wanted) -> Iterator[Choice]:
    for key, look in LOOKS.items():
        is_chosen = wanted.state == key
        if counts.get(key) or is_chosen:
            address = wanted.at(state="" if is_chosen else key)
            yield Choice(look, counts.get(key, 0), address, is_chosen)


def _by_site(tiles: Collection[Tile]) -> list[list[Tile]]:
    """Return the tiles of each site, the worst first; sites by their worst, then by how many."""
    found: defaultdict[UUID | None, list[Tile]] = defaultdict(list)
    for tile in sorted(tiles, key=lambda tile: (tile.look.rank, tile.name)):
        found[tile.site_id].append(tile)
    return sorted(found.values(), key=_worst_first)


def _worst_first(tiles: Sequence[Tile]) -> tuple[int, int, str]:
    worst = tiles[0].look.rank
    return worst, -sum(tile.look.rank == worst for tile in tiles), tiles[0].site


def _groups(by_site: Sequence[list[Tile]], wanted: Wanted) -> Iterator[Group]:
    room = TILES
    for tiles in by_site[:GROUPS]:
        most = room if len(by_site) == 1 else min(room, EACH)
        shown = tiles[:most]
        room -= len(shown)
        counts = Counter(tile.look.key for tile in tiles)
        told = [(look, counts[key]) for key, look in LOOKS.items() if counts[key]]
        one, left = tiles[0], len(tiles) - len(shown)
        yield Group(one.site_id, one.site, told, shown, left, wanted.at(site=one.at))
