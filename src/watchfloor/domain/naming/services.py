"""Tie senders' names to the inventory: exactly, by likeness, or as a question for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from django.db import connection, transaction

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.correlation.names import How, Match
from watchfloor.aiops.correlation.places import Place, device_of
from watchfloor.domain.naming.book import Book, open_book
from watchfloor.domain.naming.models import InventoryKind, NameAlias, NameReview
from watchfloor.domain.naming.rows import MODELS
from watchfloor.platform.errors import Conflict
from watchfloor.platform.ids import uuid7

CAP_PER_DAY = 1_000
"""Unverified rows that one integration's names may create in 24 hours."""
LONGEST_CODE = 100

_Word: TypeAlias = tuple[InventoryKind, str]
_Names: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a report's names mean: `place` as the core reads it, and the rows behind it.

    An id is None where the inventory knows nothing, or where a person has yet to say.
    """

    place: Place
    client_id: UUID | None = None
    site_id: UUID | None = None
    device_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(slots=True)
class _Reading:
    """One batch being read: what is to be asked of people, and which names nobody knows."""

    book: Book
    reviews: Counter[_Word] = field(default_factory=Counter)
    candidates: dict[_Word, Match] = field(default_factory=dict)
    senders: dict[_Word, int] = field(default_factory=dict)
    unknown: dict[_Word, int] = field(default_factory=dict)


def resolve_batch(reports: Sequence[Report], *, now: datetime) -> list[Resolved]:
    """Return what the names of each report mean, in order.

    Names that nobody knows become unverified rows, at most `CAP_PER_DAY` for an integration; past
    it they stay text. Names like two things, or not like enough, go to the review queue. Costs a
    fixed number of queries for any number of reports.
    """
    reading = _Reading(open_book())
    found = [(report, reading.book.places.of(report)) for report in reports]
    words: dict[_Names, dict[InventoryKind, _Word]] = {}
    for report, place in found:
        key = _names(report)
        words[key] = _open_words(reading, report, place, words.get(key))
    made = _unverified_rows(reading, now)
    _ask(reading, now)
    answers = {}
    for report, place in found:
        key = _names(report)
        if key not in answers:
            answers[key] = _resolved(reading.book, report, place, words[key], made)
    return [answers[_names(report)] for report in reports]


def learn_alias(kind: InventoryKind, text: str, target_id: UUID, *, now: datetime) -> bool:
    """Tie a spelling to a row; True if that is new. Raises: Conflict if it is another row's."""
    alias, is_new = NameAlias.objects.get_or_create(
        kind=kind,
        text=_spelling(text),
        defaults={"target_id": target_id, "created_at": now},
    )
    if alias.target_id != target_id:
        raise Conflict(f"{text!r} already names another {kind.value}")
    return is_new


def _names(report: Report) -> _Names:
    return report.client, report.site, device_of(report), report.person


def _open_words(
    reading: _Reading, report: Report, place: Place, before: dict[InventoryKind, _Word] | None
) -> dict[InventoryKind, _Word]:
    """Note which of a report's names are unknown or doubtful, and count the doubtful ones."""
    if before is not None:
        reading.reviews.update(word for word in before.values() if word in reading.candidates)
        return before
    person = reading.book.people.match(report.person, InventoryKind.PERSON)
    matches = (
        (InventoryKind.CLIENT, report.client, place.client_match),
        (InventoryKind.SITE, report.site, place.site_match),
        (InventoryKind.DEVICE, device_of(report), place.device_match),
        (InventoryKind.PERSON, report.person, person),
    )
    words = {
        kind: (kind, _spelling(text)) for kind, text, match in matches if text and not match.id
    }
    for kind, _, match in matches:
        word = words.get(kind)
        if word is None:
            continue
        if match.how is How.REVIEW:
            reading.reviews[word] += 1
            reading.candidates[word] = match
            reading.senders.setdefault(word, report.integration)
        elif len(word[1]) <= LONGEST_CODE:
            reading.unknown.setdefault(word, report.integration)
    return words


def _resolved(
    book: Book,
    report: Report,
    place: Place,
    words: dict[InventoryKind, _Word],
    made: dict[_Word, UUID],
) -> Resolved:
    person = book.people.match(report.person, InventoryKind.PERSON).id

    def row(kind: InventoryKind, code: str | None) -> UUID | None:
        return book.id_of(kind, code) or (made.get(words[kind]) if kind in words else None)

    return Resolved(
        place=place,
        client_id=row(InventoryKind.CLIENT, place.client),
        site_id=row(InventoryKind.SITE, place.site),
        device_id=row(InventoryKind.DEVICE, place.device),
        person_id=row(InventoryKind.PERSON, person),
    )


def _unverified_rows(reading: _Reading, now: datetime) -> dict[_Word, UUID]:
    """Return the ids of unverified rows for the unknown names, making those that may be made."""
    known = reading.book.unverified
    found = {word: known[word] for word in reading.unknown if word in known}
    room: dict[int, int] = {}
    for kind in InventoryKind:
        missing = {
            text: integration
            for (of, text), integration in reading.unknown.items()
            if of is kind and (of, text) not in found
        }
        if missing:
            ids = _find_or_make(kind, missing, room, now)
            found |= {(kind, text): pk for text, pk in ids.items()}
    # Another process may look here before we commit; a rollback must leave no trace.
    transaction.on_commit(lambda: known.update(found))
    return found


def _find_or_make(
    kind: InventoryKind, missing: dict[str, int], room: dict[int, int], now: datetime
) -> dict[str, UUID]:
    """Return the ids of the names, whose values are integrations; `room` is filled and used."""
    model = MODELS[kind]
    codes = model.objects.filter(code__in=list(missing)).values_list("code", "id")
    found = dict(codes)
    fresh = []
    for text, integration in sorted(missing.items()):
        if text in found:
            continue
        if integration not in room:
            room[integration] = _room(integration, now)
        if room[integration] <= 0:
            continue
        room[integration] -= 1
        origin = _origin(integration)
        fresh.append(
            model(
                id=uuid7(), code=text, name=text, is_verified=False, origin=origin, created_at=now
            )
        )
    model.objects.bulk_create(fresh, ignore_conflicts=True)
    # Read again: an import may have made one of them since, and then ours was not written.
    return dict(codes.all()) if fresh else found


def _room(integration: int, now: datetime) -> int:
    since = now - timedelta(days=1)
    first, *others = (
        model.objects.filter(origin=_origin(integration), created_at__gte=since).values("id")
        for model in MODELS.values()
    )
    return CAP_PER_DAY - first.union(*others, all=True).count()


def _origin(integration: int) -> str:
    return f"integration:{integration}"


def _ask(reading: _Reading, now: datetime) -> None:
    """Put names into the review queue, or count them there, in one statement."""
    if not reading.reviews:
        return
    NameReview.objects.bulk_create(
        [
            NameReview(
                kind=kind,
                text=text,
                candidates=_shown(reading, kind, reading.candidates[kind, text]),
                integration_id=reading.senders[kind, text],
                first_seen_at=now,
                seen_count=0,
            )
            for kind, text in reading.reviews
        ],
        ignore_conflicts=True,
    )
    words = list(reading.reviews)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE naming_namereview r SET seen_count = r.seen_count + n.count"
            " FROM unnest(%s::text[], %s::text[], %s::int[]) AS n(kind, text, count)"
            " WHERE r.kind = n.kind AND r.text = n.text AND r.tenant_id ="
            " current_setting('app.tenant')::bigint",
            (
                [kind.value for kind, _ in words],
                [text for _, text in words],
                [reading.reviews[word] for word in words],
            ),
        )


def _shown(reading: _Reading, kind: InventoryKind, match: Match) -> list[dict[str, object]]:
    return [
        {"id": str(pk), "code": code, "score": score}
        for code, score in match.candidates
        if (pk := reading.book.id_of(kind, code)) is not None
    ]


def _spelling(text: str) -> str:
    return " ".join(text.split())[:200]
