"""A period of a watch: what the present system and its people did, beside what we showed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from uuid import UUID

from watchfloor.aiops.rehearsal.figures import load
from watchfloor.noc.incidents import places
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.watching.calendar import REACH
from watchfloor.noc.watching.figures import Example, Figures
from watchfloor.noc.watching.matching import Subject, matched
from watchfloor.noc.watching.models import ActKind, PresentAct, Watch
from watchfloor.platform.accounts.scope import Scope

EXAMPLES = 10
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An act, the alert and the incident that it is about, as far as we have them."""

    act: PresentAct
    subject: Subject | None
    incident: Row | None


def compare(watch: Watch, starts_at: datetime, ends_at: datetime) -> Figures:
    """Return the figures of a period. Incidents count where they were opened in it."""
    scope = watch.scope
    told = _told(scope, starts_at, ends_at)
    within = [one for one in told if one.act.at < ends_at]
    shown = _shown(scope, starts_at, ends_at)
    operators = watch.operators or len({one.act.operator for one in within} - {""}) or 1
    start, end = starts_at.timestamp(), ends_at.timestamp()
    opened = [one.act.at.timestamp() for one in within if one.act.kind == ActKind.OPENED]
    leads = _leads(within)
    hidden, unknown = _hidden(within)
    never = _never(shown, told)
    return Figures(
        acts=len(within),
        unmatched=sum(one.subject is None for one in within),
        operators=operators,
        theirs=load(opened, start, end, operators) if opened else None,
        ours=load([row["opened_at"].timestamp() for row in shown], start, end, operators),
        opened=len(opened),
        incidents=len(shown),
        compared=len(leads),
        earlier=sum(one.earlier > 0 for one in leads),
        usual_lead=median(one.earlier for one in leads) if leads else None,
        hidden=len(hidden),
        unknown=unknown,
        never=len(never),
        hidden_by=dict(Counter(one.reason for one in hidden)),
        examples_earlier=[one for one in reversed(leads) if one.earlier > 0][:EXAMPLES],
        examples_later=[one for one in leads if one.earlier <= 0][:EXAMPLES],
        examples_hidden=hidden[:EXAMPLES],
        examples_never=never[:EXAMPLES],
    )


def _told(scope: Scope, starts_at: datetime, ends_at: datetime) -> list[Told]:
    """Return the acts of the scope, those of the hours after the period too, in order of time."""
    found = PresentAct.objects.filter(at__gte=starts_at, at__lt=ends_at + REACH)
    acts = list(found.order_by("at", "id"))
    pairs = [
        (act, subject)
        for act, subject in zip(acts, matched(acts, starts_at, ends_at + REACH), strict=True)
        if _is_within(subject, scope)
    ]
    incidents = _incidents_of({subject.cluster_id for _, subject in pairs if subject})
    return [
        Told(act, subject, incidents.get(subject.cluster_id) if subject else None)
        for act, subject in pairs
    ]


def _is_within(subject: Subject | None, scope: Scope) -> bool:
    """Whose place is not known belongs to a watch of everything only."""
    if subject is None:
        return scope.all_clients
    return scope.covers(subject.client_id, subject.site_id)


_COLUMNS = ("id", "number", "title", "opened_at", "is_listed", "cluster_id")


def _incidents_of(cluster_ids: set[UUID | None]) -> dict[UUID | None, Row]:
    found = NOCIncident.objects.filter(cluster_id__in=cluster_ids - {None}).values(*_COLUMNS)
    return {row["cluster_id"]: row for row in found}


def _shown(scope: Scope, starts_at: datetime, ends_at: datetime) -> list[Row]:
    found = NOCIncident.objects.filter(
        places.within(scope), is_listed=True, opened_at__gte=starts_at, opened_at__lt=ends_at
    )
    return list(found.order_by("opened_at", "id").values(*_COLUMNS))


def _leads(told: Sequence[Told]) -> list[Example]:
    """Return what we showed and they acknowledged, once for each incident, our latest first."""
    found: dict[UUID, Example] = {}
    for one in told:
        row, subject = one.incident, one.subject
        if one.act.kind != ActKind.ACKNOWLEDGED or row is None or subject is None:
            continue
        if not row["is_listed"]:
            continue
        # An incident that was there before this alert did not find it earlier.
        shown_at = max(row["opened_at"], subject.first_seen_at)
        lead = (one.act.at - shown_at).total_seconds()
        found.setdefault(row["id"], _example(row, one.act.at, earlier=lead))
    return sorted(found.values(), key=lambda one: one.earlier)


def _hidden(told: Sequence[Told]) -> tuple[list[Example], int]:
    """Return what their people acknowledged and we did not show, and how much never came."""
    found: dict[UUID, Example] = {}
    unknown: set[tuple[str, ...]] = set()
    for one in told:
        act, subject, row = one.act, one.subject, one.incident
        if act.kind != ActKind.ACKNOWLEDGED:
            continue
        if subject is None:
            unknown.add((act.sender_id or act.dedup_key, act.alert_type, act.entity_id))
        elif row is None or not row["is_listed"]:
            reason = subject.suppressed_by.partition(":")[0]
            example = Example(subject.title, act.at, reason=reason)
            if row is not None:
                example = _example(row, act.at, reason=reason, title=subject.title)
            found.setdefault(subject.id, example)
    return list(found.values()), len(unknown)


def _never(shown: Sequence[Row], told: Sequence[Told]) -> list[Example]:
    """Return what we showed and of which they did nothing; of no acts at all nothing follows."""
    if not told:
        return []
    acted = {one.incident["id"] for one in told if one.incident is not None}
    return [_example(row, row["opened_at"]) for row in shown if row["id"] not in acted]


def _example(
    row: Row, at: datetime, *, earlier: float = 0.0, reason: str = "", title: str = ""
) -> Example:
    return Example(title or row["title"], at, row["id"], row["number"], earlier, reason)
