"""What began lately, by site, entity and type: the company in which a new alert comes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import msgspec

from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.types import Seconds, Severity

COMPANY: Seconds = 600
"""Alerts that begin within this time of each other corroborate one another."""
RISE: Seconds = 1800
_MOST = 128


class Near(msgspec.Struct, array_like=True, gc=False):
    """An alert that began lately."""

    at: Seconds
    alert_id: str
    alert_type: str
    entity: str
    severity: Severity


class Company(msgspec.Struct, frozen=True, gc=False):
    """What a new alert corroborates and is corroborated by, and whether its type is in a rush."""

    report_id: str = ""
    others: tuple[Near, ...] = ()
    is_rush: bool = False


class Lately(msgspec.Struct, array_like=True):
    """The last half hour, in order of arrival."""

    sites: dict[str, list[Near]] = msgspec.field(default_factory=dict)
    entities: dict[str, list[Near]] = msgspec.field(default_factory=dict)
    types: dict[str, list[Near]] = msgspec.field(default_factory=dict)
    quiet: dict[str, Seconds] = msgspec.field(default_factory=dict)
    """Alerts that nobody was told of, and when they began."""

    def add(self, view: ReportView, clock: Seconds) -> None:
        """Note an alert that begins."""
        began = Near(view.at, view.alert_id, view.alert_type, view.entity, view.severity)
        if view.is_suppressed:
            self.quiet[view.alert_id] = view.at
        for near in (
            self.sites.setdefault(view.site or view.entity, []),
            self.entities.setdefault(view.entity, []),
            self.types.setdefault(view.alert_type, []),
        ):
            _add(near, began, clock - RISE)

    def others_of(self, view: ReportView) -> list[Near]:
        """Return what else began with the entity, within ten minutes."""
        return [
            one
            for one in self.entities.get(view.entity, ())
            if one.alert_type != view.alert_type and abs(view.at - one.at) <= COMPANY
        ]

    def alike(self, view: ReportView) -> int:
        """Return how many of the type began within ten minutes, this one included."""
        began = self.types.get(view.alert_type, ())
        return 1 + len(began) - bisect_left(began, view.at - COMPANY, key=_time_of)

    def told_of(self, view: ReportView) -> list[Severity]:
        """Return how severe the alerts were that people heard of, of the entity, in 30 minutes."""
        return [
            one.severity
            for one in self.entities.get(view.entity, ())
            if one.alert_id not in self.quiet and 0.0 <= view.at - one.at <= RISE
        ]

    def is_alone(self, view: ReportView) -> bool:
        """Whether people hear of nothing else that began at the site within ten minutes."""
        return all(
            abs(view.at - one.at) > COMPANY or one.alert_id in self.quiet
            for one in reversed(self.sites.get(view.site or view.entity, ()))
        )

    def quiet_among(self, others: Iterable[Near]) -> list[str]:
        return [one.alert_id for one in others if one.alert_id in self.quiet]

    def forget(self, clock: Seconds) -> None:
        for near in (self.sites, self.entities, self.types):
            for name in [name for name, one in near.items() if one[-1].at < clock - RISE]:
                del near[name]
        for alert_id in [pk for pk, at in self.quiet.items() if at < clock - RISE]:
            del self.quiet[alert_id]


def _time_of(one: Near) -> Seconds:
    return one.at


def _add(near: list[Near], began: Near, oldest: Seconds) -> None:
    if near and (near[0].at < oldest or len(near) >= _MOST):
        del near[: max(bisect_left(near, oldest, key=_time_of), len(near) + 1 - _MOST)]
    near.append(began)
