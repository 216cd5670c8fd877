"""Who is asking, what they may do, and over which clients and sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_
from typing import TypeAlias
from uuid import UUID

from django.db.models import Q

from watchfloor.platform.accounts.capabilities import VIEW_PII
from watchfloor.platform.audit.actors import Actor

Place: TypeAlias = tuple[UUID | None, UUID | None]
"""A client and a site of it, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a tenant somebody sees. Rows without client and site: all-clients scopes only."""

    all_clients: bool = False
    client_ids: frozenset[UUID] = frozenset()
    site_ids: frozenset[UUID] = frozenset()

    def covers(self, client_id: UUID | None, site_id: UUID | None) -> bool:
        return self.all_clients or client_id in self.client_ids or site_id in self.site_ids

    def covers_all(self, places: Iterable[Place]) -> bool:
        return self.all_clients or all(self.covers(*place) for place in places)

    def q(self, client_field: str = "client_id", site_field: str = "site_id") -> Q:
        """Return the same rule as a filter of rows that carry both ids."""
        if self.all_clients:
            return Q()
        return Q(**{f"{client_field}__in": self.client_ids}) | Q(
            **{f"{site_field}__in": self.site_ids}
        )

    def __and__(self, other: Scope) -> Scope:
        """Return what both name: of a client and one of its sites, nothing."""
        if self.all_clients or other.all_clients:
            return other if self.all_clients else self
        return Scope(
            client_ids=self.client_ids & other.client_ids, site_ids=self.site_ids & other.site_ids
        )

    def __or__(self, other: Scope) -> Scope:
        if self.all_clients or other.all_clients:
            return EVERYTHING
        return Scope(
            client_ids=self.client_ids | other.client_ids, site_ids=self.site_ids | other.site_ids
        )


EVERYTHING = Scope(all_clients=True)
NOTHING = Scope()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody at the door: a signed-in person or the holder of an API key.

    `scope` is where they may see. Grants may differ in reach (an operator of one client who views
    all), so `acting(capability)` narrows the scope to where that capability was granted.
    """

    actor: Actor
    tenant_id: int
    capabilities: frozenset[str]
    scope: Scope
    reach: Mapping[str, Scope] = field(default_factory=dict)

    def may(self, capability: str) -> bool:
        return capability in self.capabilities

    def acting(self, *capabilities: str) -> Viewer:
        reached = (self.reach.get(capability, self.scope) for capability in capabilities)
        return replace(self, scope=reduce(and_, reached))

    @property
    def names_within(self) -> Scope:
        """Where they may see names of persons, which may be less than where they see alerts."""
        return self.acting(VIEW_PII).scope if self.may(VIEW_PII) else NOTHING

    @property
    def reads_names(self) -> bool:
        """Whether they see names wherever they see anything.

        Who does not may not search where names can stand: a search tells them letter by letter.
        """
        within = self.names_within
        return within.all_clients or within == self.scope


def combined(grants: Iterable[tuple[frozenset[str], Scope]]) -> Mapping[str, Scope]:
    """Return for each capability the union of the scopes it was granted over."""
    reach: dict[str, Scope] = {}
    for capabilities, scope in grants:
        for capability in capabilities:
            reach[capability] = reach.get(capability, NOTHING) | scope
    return reach
