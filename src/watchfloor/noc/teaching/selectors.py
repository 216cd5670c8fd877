"""Reading corrections and lessons, and what a model may learn from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from watchfloor.aiops.clustering import lessons
from watchfloor.aiops.clustering.heed import LESSON
from watchfloor.noc.clustering.models import ClusterMembership
from watchfloor.noc.incidents import places
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.noc.teaching.models import Correction, Kind, Lesson, LessonState, LessonSupport
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound


def corrections(scope: Scope) -> QuerySet[Correction]:
    """Return the acts on incidents that lie wholly within the scope, both of each act."""
    seen = Correction.objects.all()
    if scope.all_clients:
        return seen
    clusters = incidents.visible(scope).exclude(places.beyond(scope)).values("cluster_id")
    return seen.filter(source_id__in=clusters, target_id__in=clusters)


def correction(scope: Scope, pk: UUID) -> Correction:
    """Return the act. Raises: NotFound for what lies beyond the scope, too."""
    found = corrections(scope).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such correction.")
    return found


def all_lessons() -> QuerySet[Lesson]:
    """Return the lessons that somebody still stands for, or once decided."""
    living = Count("supports", filter=Q(supports__correction__undone_at=None))
    return Lesson.objects.annotate(support=living).exclude(state=LessonState.PROPOSED, support=0)


def lesson(pk: UUID) -> Lesson:
    found = all_lessons().filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such lesson.")
    return found


def lessons_in_effect() -> tuple[lessons.Lesson, ...]:
    """Return what the clusterer of the tenant in scope is to heed, the oldest first."""
    found = Lesson.objects.filter(state=LessonState.IN_EFFECT).order_by("in_effect_at", "id")
    return tuple(as_taught(row) for row in found)


def as_taught(row: Lesson) -> lessons.Lesson:
    relation = lessons.Relation(row.relation)
    return lessons.Lesson(row.pk.hex, row.links, row.one, row.other, relation)


def support(row: Lesson) -> int:
    """Return how many corrections speak for a lesson and were not undone."""
    return LessonSupport.objects.filter(lesson=row, correction__undone_at=None).count()


def supporters(rows: Iterable[Lesson]) -> Mapping[UUID, set[tuple[str, str]]]:
    """Return who stands for each lesson, each once. One query."""
    found = LessonSupport.objects.filter(lesson__in=list(rows), correction__undone_at=None)
    people: defaultdict[UUID, set[tuple[str, str]]] = defaultdict(set)
    for lesson_id, *who in found.values_list(
        "lesson_id", "correction__actor_kind", "correction__actor_id"
    ):
        people[lesson_id].add((who[0], who[1]))
    return people


@dataclass(frozen=True, slots=True)
class Drift:
    """How a lesson does since it is in effect."""

    decided: int
    """Bouts that it put somewhere, or kept out."""
    corrected_against: int
    """Corrections that say the opposite of the same signals."""


def drift(row: Lesson) -> Drift:
    if row.in_effect_at is None:
        return Drift(0, 0)
    since = row.in_effect_at
    decided = ClusterMembership.objects.filter(
        started_at__gte=since, decided_by="operator", features__0__0=LESSON + row.pk.hex
    )
    against = LessonSupport.objects.filter(
        lesson__links=not row.links,
        lesson__one=row.one,
        lesson__other=row.other,
        lesson__relation=row.relation,
        correction__at__gte=since,
        correction__undone_at=None,
    )
    return Drift(decided.count(), against.count())


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two alerts of which a person said whether they belong together."""

    one: UUID
    other: UUID
    links: bool
    at: datetime
    correction_id: UUID


def labelled_pairs(
    start: datetime | None = None, end: datetime | None = None
) -> Iterator[LabelledPair]:
    """Yield what people said of pairs of alerts and did not take back, the oldest first."""
    said = Correction.objects.filter(undone_at=None).exclude(kind=Kind.UNDO).order_by("at", "id")
    said = said.filter(Q(at__gte=start) if start else Q(), Q(at__lt=end) if end else Q()).exclude(
        actor_kind="system"
    )
    for row in said.iterator():
        for one, other, links in row.pairs:
            yield LabelledPair(UUID(one), UUID(other), links, row.at, row.pk)


def labels(start: datetime, end: datetime) -> dict[UUID, str]:
    """Return for the alerts of which people spoke the cluster in which that left them."""
    spoken = {pk for pair in labelled_pairs(start, end) for pk in (pair.one, pair.other)}
    rows = ClusterMembership.objects.filter(alert_id__in=spoken).order_by("bout")
    return {alert: str(cluster) for alert, cluster in rows.values_list("alert_id", "cluster_id")}
