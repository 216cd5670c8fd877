"""What came and was done in a shift. Words that people wrote are told of whole incidents alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value

from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.handover.contents import MOST, Call, Came, Desk, Ended, Quiet, Skipped
from watchfloor.noc.incidents import places, selectors
from watchfloor.noc.incidents.calls import CALLED
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.noc.incidents.states import OPEN
from watchfloor.noc.orders.models import StepMark
from watchfloor.platform.accounts.scope import Scope

HANDED = "handed"
_RELEASED = "alert released"
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "acknowledged": ("acknowledged", "started"),
    "resolved": ("resolved",),
    "calls": (CALLED,),
    "notes": ("commented", HANDED),
}
"""What of a timeline counts as what in the work of a desk."""


def counted(scope: Scope, since: datetime, until: datetime) -> tuple[list[Came], list[Ended]]:
    """Return how many incidents came and ended. One query."""
    came, ended = _within("opened_at", since, until), _within("resolved_at", since, until)
    seen = selectors.visible(scope).filter(came | ended, is_listed=True)
    by = ("severity", "disposition", "resolved_by_kind")
    rows = seen.values(*by).annotate(
        came=Count("id", filter=came),
        open=Count("id", filter=came & Q(state__in=OPEN)),
        ended=Count("id", filter=ended),
    )
    return _came(rows), _ended(rows)


def _within(column: str, since: datetime, until: datetime) -> Q:
    return Q(**{f"{column}__gte": since, f"{column}__lt": until})


def _came(rows: Iterable[Mapping[str, Any]]) -> list[Came]:
    number: Counter[int] = Counter()
    still: Counter[int] = Counter()
    for row in rows:
        number[row["severity"]] += row["came"]
        still[row["severity"]] += row["open"]
    return [Came(level, number[level], still[level]) for level in sorted(+number, reverse=True)]


def _ended(rows: Iterable[Mapping[str, Any]]) -> list[Ended]:
    number: Counter[tuple[str, str]] = Counter()
    for row in rows:
        by = "" if row["disposition"] else row["resolved_by_kind"]
        number[row["disposition"], by] += row["ended"]
    return [Ended(*said, times) for said, times in number.most_common() if times]


@dataclass(frozen=True, slots=True)
class Words:
    """What people wrote: the last handover note of each open incident, and the calls."""

    notes: Mapping[UUID, TimelineEntry]
    calls: list[TimelineEntry]

    @property
    def authors(self) -> set[str]:
        entries = [*self.notes.values(), *self.calls]
        return {one.actor_id for one in entries if one.actor_kind == "user"}


def words(scope: Scope, open_ids: Iterable[UUID], since: datetime, until: datetime) -> Words:
    """Return what was written. One query."""
    notes = Q(kind=HANDED, incident__in=list(open_ids))
    calls = Q(_within("at", since, until), kind=CALLED)
    found = TimelineEntry.objects.filter(notes | calls, incident__in=_whole(scope))
    entries = list(found.select_related("incident").order_by("at", "id"))
    return Words(
        {one.incident_id: one for one in entries if one.kind == HANDED},
        [one for one in entries if one.kind == CALLED and since <= one.at < until][-MOST:],
    )


def calls(entries: Iterable[TimelineEntry], names: Mapping[str, str]) -> list[Call]:
    return [
        Call(one.incident_id, one.incident.number, one.at, names.get(one.actor_id, ""), one.text,
             UUID(one.data["contact_id"]))
        for one in entries
    ]  # fmt: skip


def marks(scope: Scope, since: datetime, until: datetime) -> list[StepMark]:
    """Return the steps that were skipped, the newest first. One query."""
    found = StepMark.objects.filter(
        _within("at", since, until), use__incident__in=_whole(scope)
    ).exclude(skipped_because="")
    return list(found.select_related("use__incident", "use__version").order_by("-at")[:MOST])


def skipped(found: Iterable[StepMark], names: Mapping[str, str]) -> list[Skipped]:
    return [
        Skipped(
            one.use.incident_id, one.use.incident.number, one.at, names.get(one.by_id, ""),
            one.use.version.title, one.step, one.use.version.steps[one.step - 1]["text"],
            one.skipped_because,
        )
        for one in found
    ]  # fmt: skip


Acts = Mapping[str, Counter[str]]
"""How often each did what, by the kinds of the timeline."""


def acts(scope: Scope, since: datetime, until: datetime) -> Acts:
    """Return what people did. One query."""
    found = TimelineEntry.objects.filter(
        _within("at", since, until), actor_kind="user", incident__in=selectors.visible(scope)
    )
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rows = found.values("actor_id", "kind").annotate(number=Count("id"))
    for actor_id, kind, number in rows.values_list("actor_id", "kind", "number"):
        counts[actor_id][kind] = number
    return counts


def released(done: Acts) -> int:
    return sum(kinds[_RELEASED] for kinds in done.values())


def desks(done: Acts, names: Mapping[str, str], holds: Mapping[str, int]) -> list[Desk]:
    """Return the work of each, by name; `holds`: how many open incidents are whose."""
    people = sorted({*done, *holds} & names.keys(), key=lambda pk: (names[pk], pk))
    return [_desk(names[pk], done.get(pk, Counter()), holds.get(pk, 0)) for pk in people]


def _desk(name: str, did: Counter[str], holds: int) -> Desk:
    sums = {what: sum(did[kind] for kind in kinds) for what, kinds in _COLUMNS.items()}
    return Desk(name=name, holds=holds, **sums)


def quiet(scope: Scope, since: datetime, until: datetime) -> list[Quiet]:
    """Return how many alerts began and are kept quiet, by the kind of reason. One query."""
    # What began was last seen no earlier: that column has an index.
    began = Q(_within("first_seen_at", since, until), last_seen_at__gte=since)
    kind = Func(F("suppressed_by"), Value(":"), Value(1), function="split_part")
    kind.output_field = TextField()
    found = alerts.visible(scope).filter(began).exclude(suppressed_by="")
    counted = found.values(reason=kind).annotate(number=Count("id")).order_by("-number")
    return [Quiet(*row) for row in counted.values_list("reason", "number")]


def _whole(scope: Scope) -> QuerySet[NOCIncident]:
    """Return the incidents of which all is within the scope."""
    return selectors.visible(scope).exclude(places.beyond(scope))
