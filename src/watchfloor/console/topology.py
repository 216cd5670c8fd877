"""The tree of a site: sites below it, devices behind devices; and who shares its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from uuid import UUID

from django.db.models import Q

from watchfloor.domain.devices.models import Device
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.org.models import Site
from watchfloor.domain.org.places import below
from watchfloor.noc.alerts import standing
from watchfloor.noc.alerts.standing import CALM, Standing
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound

MOST = 1_000
"""Devices of one tree. Beyond it a page is no help any more."""
SHARING = 50


Standings: TypeAlias = Mapping[tuple[UUID, UUID | None], Standing]


@dataclass(slots=True)
class Node:
    """A site or a device, with what stands at it and what hangs on it."""

    kind: Literal["site", "device"]
    row: Site | Device
    standing: Standing = CALM
    children: list[Node] = field(default_factory=list)
    elsewhere: str = ""
    """The site of a device, where it is another one than that of the device it hangs on."""


@dataclass(frozen=True, slots=True)
class Line:
    """A node in reading order. It opens a list of what hangs on it, or ends so many lists."""

    node: Node
    opens: bool
    ends: range


@dataclass(frozen=True, slots=True)
class Group:
    """The sites on one feeder or carrier, this one among them."""

    kind: str
    name: str
    sites: Sequence[tuple[Site, Standing]]

    @property
    def in_alarm(self) -> int:
        return sum(1 for _, at in self.sites if at.count)


@dataclass(frozen=True, slots=True)
class Topology:
    site: Site
    below: frozenset[UUID]
    """This site and those below it, as far as the viewer sees them."""
    lines: Sequence[Line]
    groups: Sequence[Group]
    standing: Standing
    is_cut: bool
    most: int = MOST


def of(scope: Scope, site_id: UUID) -> Topology:
    """Return the tree below a site, of what lies within the scope. Four queries.

    Raises: NotFound, beyond the scope too.
    """
    tree = inventory.sites_for(scope).filter(pk__in=below(site_id))
    seen = tree.select_related("client", "parent")
    sites = {site.pk: site for site in seen.order_by("name", "code")}
    if site_id not in sites:
        raise NotFound("There is no such site.")
    root = sites[site_id]
    hanging = inventory.devices_for(scope).filter(site__in=sites).order_by("name", "code")
    devices = list(hanging[:MOST])
    sharing = _sharing(scope, root)
    standings = standing.at_sites(scope, {*sites, *(site.pk for site in sharing)})
    return Topology(
        root,
        frozenset(sites),
        list(_lines(_tree(root, sites.values(), devices, standings))),
        _groups(root, sharing, standings),
        standing.together(at for (place, _), at in standings.items() if place in sites),
        is_cut=len(devices) == MOST,
    )


def _tree(
    root: Site, sites: Iterable[Site], devices: Collection[Device], standings: Standings
) -> Node:
    """Return the root. What hangs on nothing of the tree hangs on its site, or on the root."""
    known = {device.pk for device in devices}
    at: defaultdict[UUID, Standing] = defaultdict(Standing)
    for (place, device), one in standings.items():
        at[device if device in known else place] |= one
    nodes = {site.pk: Node("site", site, at[site.pk]) for site in sites}
    nodes |= {device.pk: Node("device", device, at[device.pk]) for device in devices}
    top = nodes[root.pk]
    for node in nodes.values():
        if node is not top:
            _hang(node, nodes, top)
    for node in nodes.values():
        node.children.sort(key=lambda child: child.kind)
    return top


def _hang(node: Node, nodes: Mapping[UUID, Node], top: Node) -> None:
    """Hang the node on the device or site above it, or on the site that it is at."""
    site_id = node.row.site_id if isinstance(node.row, Device) else None
    candidates = (node.row.parent_id, site_id)
    above = next((nodes[pk] for pk in candidates if pk and pk in nodes), top)
    above.children.append(node)
    site = nodes.get(site_id) if site_id else None
    if site and isinstance(above.row, Device) and above.row.site_id != site_id:
        node.elsewhere = str(site.row)


def _lines(root: Node) -> Iterator[Line]:
    """Walk the tree without recursion: how deep it is, is not for us to say."""
    ahead = [(root, 0)]
    while ahead:
        node, ends = ahead.pop()
        yield Line(node, bool(node.children), range(0 if node.children else ends))
        last = len(node.children) - 1
        ahead += [
            (child, ends + 1 if place == last else 0)
            for place, child in reversed(list(enumerate(node.children)))
        ]


def _sharing(scope: Scope, site: Site) -> Sequence[Site]:
    """Return the sites with the same feeder or carrier."""
    same = [Q(**{name: line}) for name in ("feeder", "carrier") if (line := getattr(site, name))]
    if not same:
        return []
    rule = same[0] | same[-1]
    return list(inventory.sites_for(scope).filter(rule).order_by("name", "code")[: 2 * SHARING])


def _groups(site: Site, sharing: Sequence[Site], standings: Standings) -> list[Group]:
    found = []
    for kind in ("feeder", "carrier"):
        line = getattr(site, kind)
        on_it = [other for other in sharing if line and getattr(other, kind) == line]
        if len(on_it) > 1:
            shown = [(other, _at(other, standings)) for other in on_it[:SHARING]]
            found.append(Group(kind.capitalize(), line, shown))
    return found


def _at(site: Site, standings: Standings) -> Standing:
    return standing.together(at for (place, _), at in standings.items() if place == site.pk)
