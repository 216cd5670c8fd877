"""Licences, as inspections, scorecards and pages read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from watchfloor.aiops.licences import Licences, Term
from watchfloor.domain.people.models import Employment, EmploymentStatus, Licence, Person


@dataclass(frozen=True, slots=True)
class Held:
    """A skill of a person with all licences that cover it, over or not."""

    person_id: UUID
    person: str
    home_id: UUID | None
    skill: str
    terms: list[Term]


def licences() -> Mapping[str, Licences]:
    """Return what everybody holds or held, by the code of the person."""
    found: defaultdict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    rows = Licence.objects.filter(is_active=True).order_by("issued_on")
    for person, skill, *days in rows.values_list(
        "person__code", "skill", "issued_on", "valid_until"
    ):
        found[person][skill].append(Term(*days))
    return found


def not_lasting(since: date, until: date) -> Iterator[Held]:
    """Yield the skills that no single licence covers all these days, of people who work here."""
    lasting = Licence.objects.filter(
        is_active=True, person=OuterRef("person"), skill=OuterRef("skill"),
        issued_on__lte=since, valid_until__gte=until,
    )  # fmt: skip
    is_gone = Q(status=EmploymentStatus.LEFT) | Q(left_on__lt=since)
    left = Employment.objects.filter(is_gone, is_active=True, person=OuterRef("person"))
    rows = Licence.objects.filter(~Exists(lasting), ~Exists(left), is_active=True)
    told = rows.filter(person__is_active=True).order_by("person__code", "skill", "issued_on")
    for (pk, code, home, skill), some in groupby(
        told.values_list(
            "person_id", "person__code", "person__home_site_id", "skill", "issued_on", "valid_until"
        ),
        key=lambda row: row[:4],
    ):
        yield Held(pk, code, home, skill, [Term(*row[4:]) for row in some])


def latest_licences(person: Person) -> QuerySet[Licence]:
    """Return of each skill the licence that holds longest."""
    held = Licence.objects.filter(person=person, is_active=True)
    return held.order_by("skill", "-valid_until").distinct("skill")
