"""What people's corrections teach: signals that belong together, or do not, where they are kin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from watchfloor.aiops.clustering.candidates import thing_of
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.storms import failure_domains


class Relation(StrEnum):
    """What two reports must share for a lesson to say anything of them."""

    THING = "thing"
    SITE = "site"
    DOMAIN = "domain"


class Lesson(msgspec.Struct, array_like=True, frozen=True):
    """Of two types of what is related so: that they are one matter, or that they are not."""

    name: str
    """Says which lesson decided; nothing is made of it."""
    links: bool
    one: str
    other: str
    relation: Relation

    def partner_of(self, alert_type: str) -> str | None:
        """Return the other type of the pair; None for a type that the lesson is not about."""
        if alert_type == self.one:
            return self.other
        return self.one if alert_type == self.other else None


def marks(report: ReportView, lessons: Iterable[Lesson]) -> tuple[str, ...]:
    """Return the keys under which its cluster is found by those that lessons tie it to."""
    found = {
        mark: None
        for lesson in lessons
        if lesson.partner_of(report.alert_type) is not None
        for mark in _marks(report.alert_type, lesson.relation, report)
    }
    return tuple(found)


def partner_marks(report: ReportView, lesson: Lesson) -> tuple[str, ...]:
    """Return the keys of clusters that hold the other type where it is kin, nearest first."""
    partner = lesson.partner_of(report.alert_type)
    return () if partner is None else tuple(_marks(partner, lesson.relation, report))


def relation_of(one: ReportView, other: ReportView) -> Relation | None:
    """Return the nearest thing that two reports share; None if all they share is the tenant."""
    for relation in Relation:
        if set(_places(relation, one)) & set(_places(relation, other)):
            return relation
    return None


def _marks(alert_type: str, relation: Relation, report: ReportView) -> Iterator[str]:
    return (f"{relation}:{alert_type}\n{place}" for place in _places(relation, report))


def _places(relation: Relation, report: ReportView) -> tuple[str, ...]:
    if relation is Relation.THING:
        return (thing_of(report),) if report.entity else ()
    if relation is Relation.SITE:
        return (report.site,) if report.site else ()
    return failure_domains(report)
