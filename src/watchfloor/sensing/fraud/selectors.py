"""Cases, scores and profiles within somebody's bounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from watchfloor.aiops.fraud.profile import Attended, Profile, profile
from watchfloor.aiops.fraud.score import EXPIRES, Given, Record, Score, score
from watchfloor.domain.people.models import Person
from watchfloor.domain.shifts.models import Punch, Shift
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound
from watchfloor.sensing.fraud.models import CaseState, FraudCase, FraudSuspicion

ORDER = ("-opened_at", "-id")
PROFILED = timedelta(days=90)
MOST_SUSPICIONS, MOST_PUNCHES = 20_000, 1_000
"""Of a tenant in 30 days, and of a person in 90: what is read for one answer."""
MOST_ALSO_TOLD = 50


@dataclass(frozen=True, slots=True)
class Scored:
    person: Person
    score: Score


def cases(scope: Scope) -> QuerySet[FraudCase]:
    found = FraudCase.objects.select_related("person__home_site", "site")
    return found.filter(scope.q("site__client_id", "site_id"))


def case(scope: Scope, case_id: UUID) -> FraudCase:
    """Return the case. Raises: NotFound, for what lies beyond the scope too."""
    found = cases(scope).filter(pk=case_id).first()
    if found is None:
        raise NotFound("There is no such case.")
    return found


def also_told(row: FraudCase) -> QuerySet[FraudSuspicion]:
    """Return the suspicions of a case that its score was not made of, the newest first.

    They were weaker than others of their detector, or came while the case was open.
    """
    counted = [part["suspicion"]["id"] for part in row.explanation]
    return row.suspicions.exclude(pk__in=counted).order_by("-at", "-id")[:MOST_ALSO_TOLD]


def scores(scope: Scope, now: datetime) -> list[Scored]:
    """Return who has a score at the moment, the highest first."""
    return sorted(_scores(counting(now), scope, now), key=by_score)


def scored(scope: Scope, person_id: UUID, now: datetime) -> Scored:
    """Return the score of a person. Raises: NotFound, for who has none within the scope too."""
    found = next(_scores(counting(now).filter(person_id=person_id), scope, now), None)
    if found is None:
        raise NotFound("This person has no score now.")
    return found


def _scores(suspicions: QuerySet[FraudSuspicion], scope: Scope, now: datetime) -> Iterator[Scored]:
    rows = suspicions.filter(scope.q("site__client_id", "site_id"))
    rows = rows.select_related("person__home_site").order_by("-at")[:MOST_SUSPICIONS]
    people, given = {}, defaultdict(list)
    for row in rows:
        people[row.person_id] = row.person
        given[row.person_id].append(given_of(row))
    known = records()
    for pk, told in given.items():
        yield Scored(people[pk], score(told, now.timestamp(), known))


def by_score(one: Scored) -> tuple[float, str]:
    """Order by score, the highest first. Codes would tell names by their place."""
    return -one.score.value, str(one.person.pk)


def score_of(person_id: UUID, now: datetime) -> Score:
    rows = counting(now).filter(person_id=person_id)
    return score(map(given_of, rows), now.timestamp(), records())


def counting(now: datetime) -> QuerySet[FraudSuspicion]:
    """Return the suspicions that count now: lately given, not taken back, not contested."""
    since = now - timedelta(seconds=EXPIRES)
    rows = FraudSuspicion.objects.filter(at__gt=since, at__lte=now)
    return rows.exclude(is_borne_out=False).exclude(case__state=CaseState.CONTESTED)


def given_of(row: FraudSuspicion) -> Given:
    return Given(str(row.pk), row.detector, row.at.timestamp(), row.confidence, row.says)


def reviews_of(people: Iterable[UUID]) -> dict[UUID, Record]:
    """Return by person how earlier cases were decided."""
    rows = FraudCase.objects.filter(person_id__in=people).values("person_id")
    counted = rows.annotate(
        confirmed=Count("id", filter=Q(state=CaseState.CONFIRMED)),
        cleared=Count("id", filter=Q(state=CaseState.CLEARED)),
    )
    return {row["person_id"]: Record(row["confirmed"], row["cleared"]) for row in counted}


def records() -> dict[str, Record]:
    """Return by detector how its suspicions fared in reviews."""
    rows = FraudSuspicion.objects.values("detector").annotate(
        confirmed=Count("id", filter=Q(is_borne_out=True)),
        cleared=Count("id", filter=Q(is_borne_out=False)),
    )
    return {row["detector"]: Record(row["confirmed"], row["cleared"]) for row in rows}


def profile_of(person_id: UUID, now: datetime) -> Profile:
    """Return how the person usually worked in the 90 days before a moment."""
    rows = attended([person_id], now)
    return profile(rows.get(person_id, []))


def attended(people: Sequence[UUID], now: datetime) -> dict[UUID, list[Attended]]:
    """Return the check-ins of people in the 90 days before a moment, by person."""
    starts = Shift.objects.filter(code=OuterRef("shift_code")).values("starts_at")[:1]
    rows = (
        Punch.objects.filter(person_id__in=people, kind="check_in")
        .filter(at__gt=now - PROFILED, at__lte=now)
        .select_related("site")
        .annotate(starts_at=Subquery(starts))
        .order_by("-at")
    )
    found: dict[UUID, list[Attended]] = defaultdict(list)
    for row in rows[: MOST_PUNCHES * len(people)]:
        if row.person_id is not None:
            found[row.person_id].append(_attended(row, row.starts_at))
    return found


def _attended(row: Punch, starts_at: datetime | None) -> Attended:
    zone = row.site.time_zone if row.site else "UTC"
    local = row.at.astimezone(ZoneInfo(zone))
    late = None if starts_at is None else (row.at - starts_at).total_seconds()
    return Attended(
        row.at.timestamp(), local.hour, local.weekday(), row.site.code if row.site else "",
        late, row.confidence, row.accuracy_m, row.distance_m,
    )  # fmt: skip
