"""Somebody on duty, or a thing, is outside the fence of the site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.asset import AssetFacts
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.whereabouts import Outside
from watchfloor.aiops.operation.rule import Standing, StateRule
from watchfloor.aiops.types import Seconds, Severity

_CODE = "GEOFENCE_BREACH"


class PersonOutside(StateRule[PersonFacts]):
    """Resolved when back inside, and at the end of duty, checked out or not."""

    code: ClassVar[str] = _CODE
    subject: ClassVar[type[Facts]] = PersonFacts

    def holds(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        if facts.outside is not None and facts.outside.is_sure and at < facts.duty_over_at:
            yield _outside("person", facts.code, facts.outside, directory)

    def due(self, facts: PersonFacts, at: Seconds, directory: Directory) -> Seconds | None:
        return facts.duty_over_at if facts.outside and at < facts.duty_over_at else None


class AssetOutside(StateRule[AssetFacts]):
    """Resolved when back inside."""

    code: ClassVar[str] = _CODE
    subject: ClassVar[type[Facts]] = AssetFacts

    def holds(self, facts: AssetFacts, at: Seconds, directory: Directory) -> Iterable[Standing]:
        if facts.outside is not None and facts.outside.is_sure:
            yield _outside("asset", facts.code, facts.outside, directory)


def _outside(kind: str, code: str, outside: Outside, directory: Directory) -> Standing:
    """People have no names in the directory: theirs are codes."""
    who, site = directory.called(kind, code), directory.called("site", outside.site)
    metres = f"{outside.distance_m:.0f} m from its middle, give or take {outside.accuracy_m:.0f} m"
    return Standing(
        entity_type=kind,
        entity_id=code,
        message=f"{who} is outside {site}: {metres}",
        severity=Severity.MEDIUM,
        key=outside.site,
        site=outside.site,
        person=code if kind == "person" else "",
        evidence={"distance_m": round(outside.distance_m), "accuracy_m": outside.accuracy_m},
    )
