"""What keys that are bound to sites may call them: the sites themselves, and all that lies below.

Read where keys are known, in every process that takes alerts in, by the role that sees all tenants.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from watchfloor.aiops.correlation.likeness import Name, take_apart
from watchfloor.platform.accounts.places import Bound

_REVISIONS = """
    SELECT asked.id, coalesce(r.number, 0) FROM unnest(%s::bigint[]) AS asked(id)
    LEFT JOIN org_inventoryrevision r ON r.tenant_id = asked.id
"""
_SITES = """
    SELECT id, parent_id, code, name FROM org_site
    WHERE tenant_id = %s AND is_verified AND is_active
"""
_ALIASES = "SELECT target_id, text FROM naming_namealias WHERE tenant_id = %s AND kind = 'site'"


@dataclass(slots=True)
class Tree:
    """The verified sites of one tenant, at one revision of its inventory."""

    revision: int
    coded: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    called: defaultdict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    below: defaultdict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    meant: defaultdict[Name, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    answers: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def add(self, site: UUID, parent: UUID | None, code: str, name: str) -> None:
        self.coded[site] = (code, name)
        if parent is not None:
            self.below[parent].append(site)
        self.call(site, code)
        self.call(site, name)

    def call(self, site: UUID, text: str) -> None:
        if site in self.coded and text:
            self.called[site].append(text)
            self.meant[take_apart(text)].add(site)

    def names_within(self, bounds: frozenset[str]) -> frozenset[str]:
        """Return what the sites with these codes or names are called, and all below them.

        A text that may mean a site elsewhere is left out: it would not keep the key inside.
        """
        if bounds not in self.answers:
            self.answers[bounds] = self._names_within(bounds)
        return self.answers[bounds]

    def _names_within(self, bounds: frozenset[str]) -> frozenset[str]:
        reached = self._reached(s for s, texts in self.coded.items() if bounds.intersection(texts))
        texts = {text for site in reached for text in self.called[site]}
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


_trees: dict[int, Tree] = {}
"""Of the tenants that were asked for last."""


def names_within(
    connection: psycopg.Connection[Any], bounds: Iterable[Bound]
) -> dict[Bound, frozenset[str]]:
    """Return what may be sent by keys of a tenant that are bound to these codes or names.

    One query for any number of keys, and two for each tenant whose inventory changed since.
    """
    asked = frozenset(bounds)
    tenants = list({tenant_id for tenant_id, _ in asked})
    revisions = connection.execute(_REVISIONS, [tenants]).fetchall()
    trees = {tenant_id: _tree(connection, tenant_id, number) for tenant_id, number in revisions}
    _trees.clear()
    _trees.update(trees)
    return {(tenant_id, sites): trees[tenant_id].names_within(sites) for tenant_id, sites in asked}


def _tree(connection: psycopg.Connection[Any], tenant_id: int, revision: int) -> Tree:
    tree = _trees.get(tenant_id)
    if tree is None or tree.revision != revision:
        tree = Tree(revision)
        for site in connection.execute(_SITES, [tenant_id]):
            tree.add(*site)
        for target, text in connection.execute(_ALIASES, [tenant_id]):
            tree.call(target, text)
    return tree
