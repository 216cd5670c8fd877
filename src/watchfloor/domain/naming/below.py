"""What a key that is bound to a site may name: the site, and all that lies below it.

Read where keys are known, in every process that takes alerts in, by the role that sees all tenants.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from watchfloor.aiops.correlation.likeness import Name, take_apart

_KEPT = 64
"""Tenants whose trees a process keeps."""
_REVISION = "SELECT number FROM org_inventoryrevision WHERE tenant_id = %s"
_SITES = """
    SELECT id, parent_id, code, name FROM org_site
    WHERE tenant_id = %s AND is_verified AND is_active
"""


@dataclass(slots=True)
class Tree:
    """The verified sites of one tenant, at one revision of its inventory."""

    revision: int
    called: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    below: defaultdict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    meant: defaultdict[Name, set[UUID]] = field(default_factory=lambda: defaultdict(set))

    def add(self, site: UUID, parent: UUID | None, code: str, name: str) -> None:
        self.called[site] = (code, name)
        if parent is not None:
            self.below[parent].append(site)
        for text in (code, name):
            self.meant[take_apart(text)].add(site)

    def names_within(self, bounds: frozenset[str]) -> frozenset[str]:
        """Return codes and names of the sites that are called so, and of all below them.

        A name that may mean a site elsewhere is left out: it would not keep the key inside.
        """
        reached = self._reached(s for s, texts in self.called.items() if bounds.intersection(texts))
        texts = {text for site in reached for text in self.called[site] if text}
        return frozenset(text for text in texts if self.meant[take_apart(text)] <= reached)

    def _reached(self, sites: Iterable[UUID]) -> set[UUID]:
        reached: set[UUID] = set()
        ahead = list(sites)
        while ahead:
            site = ahead.pop()
            if site not in reached:  # a circle of parents ends here
                reached.add(site)
                ahead += self.below[site]
        return reached


_trees: OrderedDict[int, Tree] = OrderedDict()


def names_within(
    connection: psycopg.Connection[Any], tenant_id: int, bounds: frozenset[str]
) -> frozenset[str]:
    """Return what may be sent by a key of the tenant that is bound to these codes or names."""
    row = connection.execute(_REVISION, [tenant_id]).fetchone()
    revision = int(row[0]) if row else 0
    tree = _trees.get(tenant_id)
    if tree is None or tree.revision != revision:
        tree = _trees[tenant_id] = Tree(revision)
        for site in connection.execute(_SITES, [tenant_id]):
            tree.add(*site)
    _trees.move_to_end(tenant_id)
    while len(_trees) > _KEPT:
        _trees.popitem(last=False)
    return tree.names_within(bounds)
