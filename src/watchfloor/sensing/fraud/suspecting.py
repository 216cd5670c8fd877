"""From what detectors say of people to suspicions, and from a score to a case: set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import isnan
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from watchfloor.aiops.fraud.model import features
from watchfloor.aiops.fraud.profile import profile
from watchfloor.aiops.fraud.score import Record, Score, score
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.moments import moment
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import wait_for
from watchfloor.sensing.fraud import selectors
from watchfloor.sensing.fraud.advising import live_model
from watchfloor.sensing.fraud.models import CaseState, FraudCase, FraudSuspicion
from watchfloor.sensing.reactive.events import Suspected

LOCK = 0x57460012
"""On the cases of a tenant."""


def keep(told: Sequence[Suspected], *, now: datetime) -> None:
    """Keep what detectors said of people, and open the cases that it asks for.

    In the caller's transaction. What is told again is the same suspicion; of who is no confirmed
    person of the register nothing is kept. The number of queries does not grow with what was told.
    """
    wait_for(LOCK, require_tenant_id())
    people = _by_code(Person.objects.filter(is_verified=True), (one.person for one in told))
    sites = _by_code(Site.objects.all(), (one.site for one in told))
    rows = [
        _row(one, people[one.person], sites.get(one.site)) for one in told if one.person in people
    ]
    FraudSuspicion.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        _open_cases({row.person_id for row in rows}, max(row.at for row in rows), now)


def _open_cases(people: Iterable[UUID], at: datetime, now: datetime) -> None:
    """Open a case of each person whose score asks for one, or add to the one that is open."""
    loose: dict[UUID, list[FraudSuspicion]] = defaultdict(list)
    for row in selectors.counting(at).filter(person_id__in=people, is_borne_out=None):
        loose[row.person_id].append(row)
    cases = {
        case.person_id: case
        for case in FraudCase.objects.filter(person_id__in=loose, state=CaseState.OPEN)
    }
    records = selectors.records()
    asking = {
        person_id: found
        for person_id, rows in loose.items()
        if person_id not in cases
        and (found := score(map(selectors.given_of, rows), at.timestamp(), records)).opens_case
    }
    made = [_case(loose[person_id], found, now) for person_id, found in asking.items()]
    _look_at(made, asking, loose, at)
    FraudCase.objects.bulk_create(made)
    cases |= {case.person_id: case for case in made}
    joining = [row for person_id in cases for row in loose[person_id] if row.case_id is None]
    for row in joining:
        row.case = cases[row.person_id]
    FraudSuspicion.objects.bulk_update(joining, ["case"])


def _case(rows: Sequence[FraudSuspicion], found: Score, now: datetime) -> FraudCase:
    first = found.contributions[0].suspicion.id
    weightiest = next(row for row in rows if str(row.pk) == first)
    return FraudCase(
        tenant_id=weightiest.tenant_id,
        person_id=weightiest.person_id,
        site_id=weightiest.site_id,
        score=found.value,
        explanation=msgspec.to_builtins(found.contributions),
        opened_at=now,
    )


def _look_at(
    made: Sequence[FraudCase],
    scores: Mapping[UUID, Score],
    loose: Mapping[UUID, Sequence[FraudSuspicion]],
    at: datetime,
) -> None:
    """Keep what is known of the people now, and what the live model makes of it."""
    if not made:
        return
    people = [case.person_id for case in made]
    before, worked = selectors.reviews_of(people), selectors.attended(people, at)
    model = live_model()
    for case in made:
        pk = case.person_id
        usual = profile(worked.get(pk, []))
        row = features(scores[pk], len(loose[pk]), before.get(pk, Record()), usual)
        case.features = [None if isnan(value) else value for value in row]
        if model is not None:
            case.probability, case.reasons = model.probability(row), model.reasons(row)


def _row(one: Suspected, person_id: UUID, site_id: UUID | None) -> FraudSuspicion:
    return FraudSuspicion(
        person_id=person_id,
        site_id=site_id,
        alert_type=one.alert_type,
        alert_key=one.alert_key,
        detector=one.detector,
        at=moment(one.at),
        confidence=one.confidence,
        says=one.says[:300],
    )


def _by_code(known: QuerySet[Person] | QuerySet[Site], codes: Iterable[str]) -> dict[str, UUID]:
    return dict(known.filter(code__in=set(codes)).values_list("code", "pk"))
