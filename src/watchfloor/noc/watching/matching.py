"""Which alert of ours an act of the present system is about."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Q

from watchfloor.noc.alerts.models import NOCAlertEvent, Report
from watchfloor.noc.watching.models import PresentAct
from watchfloor.platform.tenancy.context import require_tenant_id

EARLY = timedelta(minutes=5)
"""Clocks differ: so long before our first report an act may still be about it."""
BEFORE = timedelta(days=2)
"""So long before a period an alarm may have come that is acted on within it."""
AT_ONCE = 2_000

Names: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """An alert of ours, as far as a comparison needs it."""

    id: UUID
    cluster_id: UUID | None
    client_id: UUID | None
    site_id: UUID | None
    suppressed_by: str
    title: str
    first_seen_at: datetime


def matched(acts: Sequence[PresentAct], since: datetime, until: datetime) -> list[Subject | None]:
    """Return for each act the alert it is about: of its name, the newest that had begun by then.

    The sender's id goes before the dedup_key, and that before entity and type.
    """
    lives = _Lives()
    lives.add(_by_sender_id({act.sender_id for act in acts} - {""}, since, until))
    lives.add(_by_dedup_key({act.dedup_key for act in acts} - {""}))
    lives.add(_by_entity({act.entity_id for act in acts} - {""}, since))
    return [lives.about(act) for act in acts]


class _Lives:
    """Alerts by how the present system may name them, each list in order of their beginning."""

    def __init__(self) -> None:
        self._found: defaultdict[Names, list[Subject]] = defaultdict(list)

    def add(self, named: Iterable[tuple[Names, Subject]]) -> None:
        for names, subject in named:
            self._found[names].append(subject)
        for subjects in self._found.values():
            subjects.sort(key=lambda one: one.first_seen_at)

    def about(self, act: PresentAct) -> Subject | None:
        for names in _names_of(act):
            subjects = self._found.get(names, [])
            place = bisect_right(subjects, act.at + EARLY, key=lambda one: one.first_seen_at)
            if place:
                return subjects[place - 1]
        return None


def _names_of(act: PresentAct) -> Iterator[Names]:
    if act.sender_id:
        yield ("id", act.sender_id)
    if act.dedup_key:
        yield ("key", act.dedup_key)
    if act.alert_type and act.entity_id:
        yield ("entity", act.entity_id, _plain(act.alert_type))


def _by_sender_id(
    ids: set[str], since: datetime, until: datetime
) -> Iterator[tuple[Names, Subject]]:
    for some in _parts(ids):
        reports = Report.objects.filter(
            tenant_id=require_tenant_id(),
            received_at__gte=since - BEFORE,
            received_at__lt=until,
            sender_id__in=some,
        ).values_list("sender_id", "alert_id")
        names = set(reports)
        subjects = {one.id: one for one in _subjects(Q(pk__in={pk for _, pk in names}))}
        for sender_id, alert_id in names:
            if alert_id in subjects:
                yield ("id", str(sender_id)), subjects[alert_id]


def _by_dedup_key(keys: set[str]) -> Iterator[tuple[Names, Subject]]:
    for some in _parts(keys):
        for row in _rows(Q(dedup_key__in=some)):
            yield ("key", row["dedup_key"]), _subject(row)


def _by_entity(entities: set[str], since: datetime) -> Iterator[tuple[Names, Subject]]:
    for some in _parts(entities):
        named = Q(entity_id__in=some) | Q(device_name__in=some)
        for row in _rows(named & Q(last_seen_at__gte=since - BEFORE)):
            for name in {row["entity_id"], row["device_name"]} - {""}:
                yield ("entity", name, _plain(row["alert_type"])), _subject(row)


def _subjects(which: Q) -> Iterator[Subject]:
    return (_subject(row) for row in _rows(which))


def _rows(which: Q) -> Iterable[Mapping[str, Any]]:
    return NOCAlertEvent.objects.filter(which).values(
        "id", "cluster_id", "client_id", "site_id", "suppressed_by", "message", "alert_type",
        "entity_id", "device_name", "dedup_key", "first_seen_at",
    )  # fmt: skip


def _subject(row: Mapping[str, Any]) -> Subject:
    return Subject(
        row["id"],
        row["cluster_id"],
        row["client_id"],
        row["site_id"],
        row["suppressed_by"],
        row["message"] or row["alert_type"],
        row["first_seen_at"],
    )


def _plain(alert_type: str) -> str:
    """Return a type without what senders spell differently."""
    return "".join(letter for letter in alert_type.casefold() if letter.isalnum())


def _parts(names: set[str]) -> Iterator[list[str]]:
    listed = sorted(names)
    for begin in range(0, len(listed), AT_ONCE):
        yield listed[begin : begin + AT_ONCE]
