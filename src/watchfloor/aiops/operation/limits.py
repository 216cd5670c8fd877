"""Thresholds of the rules: each declared once, set for a tenant, a client or a site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from watchfloor.aiops.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold. `says` is a sentence on what it decides; `low` and `high` bound what may be set.

    A limit belongs to the rule that declares it; another rule may read it by name.
    """

    name: str
    default: float
    unit: str
    low: float
    high: float
    says: str


def checked(limit: Limit, value: float) -> float:
    """Return the value. Raises: ConfigError if it is out of the limit's bounds."""
    if not limit.low <= value <= limit.high:
        bounds = f"{limit.low:g} to {limit.high:g} {limit.unit}".strip()
        raise ConfigError(f"{limit.name} is {value:g}: set {bounds}")
    return value


_NONE: Mapping[str, float] = MappingProxyType({})
_NO_PLACES: Mapping[str, Mapping[str, float]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limits:
    """All thresholds of a tenant. The nearest that is set wins: site, client, tenant, default."""

    defaults: Mapping[str, float]
    tenant: Mapping[str, float] = field(default_factory=dict)
    clients: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sites: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        declared: Iterable[Limit],
        tenant: Mapping[str, float] = _NONE,
        clients: Mapping[str, Mapping[str, float]] = _NO_PLACES,
        sites: Mapping[str, Mapping[str, float]] = _NO_PLACES,
    ) -> Limits:
        return cls({limit.name: limit.default for limit in declared}, tenant, clients, sites)

    def at(self, name: str, *, site: str = "", client: str = "") -> float:
        """Return the value that holds at a site. Raises: KeyError for a name nobody declared."""
        for scope in (self.sites.get(site), self.clients.get(client), self.tenant):
            if scope is not None and name in scope:
                return scope[name]
        return self.defaults[name]
