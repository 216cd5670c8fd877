"""Takes down what was found: new, found again, or gone. A batch, in a constant number of queries.

Nobody else records for the tenant meanwhile. What a person set aside as nothing opens nothing new
while it goes on; once it is gone, the next time is another finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from watchfloor.aiops.findings.draft import FindingDraft
from watchfloor.aiops.findings.runbooks import matching, shipped
from watchfloor.aiops.types import Severity
from watchfloor.domain.org.models import Site
from watchfloor.noc.findings import store, telling
from watchfloor.noc.findings.models import AuditFinding, FindingStatus
from watchfloor.noc.findings.states import OPEN
from watchfloor.noc.intake import services as intake
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.events import bus
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import wait_for

RAISED = "finding.raised"
LOCK = 0x5746000C
TOLD_FROM = Severity.MEDIUM
"""Findings as grave as this raise an alert, unless a site says otherwise."""

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Looked:
    """Where was looked, and for what: what of it was not found is gone."""

    sites: frozenset[str]
    finding_types: frozenset[str]


@dataclass(slots=True)
class Recorded:
    """What became of a batch."""

    opened: list[AuditFinding] = field(default_factory=list)
    again: list[AuditFinding] = field(default_factory=list)
    gone: list[AuditFinding] = field(default_factory=list)


@transaction.atomic
def record(
    drafts: Iterable[FindingDraft],
    *,
    now: datetime,
    looked: Looked | None = None,
    told_from: Mapping[str, Severity] | None = None,
) -> Recorded:
    """Take the batch down. `told_from`: by site, how grave what is to raise an alert.

    Drafts of sites that are not known are left out.
    """
    wait_for(LOCK, require_tenant_id())
    worst = _worst(drafts)
    places = {key[0] for key in worst} | (looked.sites if looked else set())
    sites = {one.code: one for one in Site.objects.select_related("client").filter(code__in=places)}
    current = _current(sites.values())
    recorded = Recorded()
    for key, draft in worst.items():
        if (known := current.get(key)) is not None:
            recorded.again.append(_found_again(known, draft, now))
        elif draft.site in sites:
            recorded.opened.append(_opened(sites[draft.site], draft, now))
    if looked is not None:
        recorded.gone = [
            _gone(row, now)
            for key, row in current.items()
            if key not in worst and row.gone_at is None and row.finding_type in looked.finding_types
        ]
    _write(recorded, now, told_from or {})
    return recorded


def _worst(drafts: Iterable[FindingDraft]) -> dict[Key, FindingDraft]:
    """Return one draft for each thing found: the gravest."""
    found: dict[Key, FindingDraft] = {}
    for draft in drafts:
        if draft.key not in found or draft.severity > found[draft.key].severity:
            found[draft.key] = draft
    return found


def _current(sites: Iterable[Site]) -> dict[Key, AuditFinding]:
    rows = AuditFinding.objects.select_related("site__client").filter(
        site__in=[one.pk for one in sites], is_current=True
    )
    return {(row.site.code, row.finding_type, row.entity_type, row.entity_id): row for row in rows}


def _opened(site: Site, draft: FindingDraft, now: datetime) -> AuditFinding:
    book = matching(shipped(), draft.finding_type, draft.category, draft.severity)
    return AuditFinding(
        site=site,
        finding_type=draft.finding_type,
        category=draft.category.value,
        severity=int(draft.severity),
        title=draft.title[:300],
        entity_type=draft.entity_type,
        entity_id=draft.entity_id or draft.site,
        evidence=dict(draft.evidence),
        runbook=book.finding_type,
        recommended_actions=list(book.steps),
        first_seen_at=now,
        last_seen_at=now,
    )


def _found_again(row: AuditFinding, draft: FindingDraft, now: datetime) -> AuditFinding:
    row.found_count += 1
    row.last_seen_at, row.gone_at = now, None
    row.severity, row.title = int(draft.severity), draft.title[:300]
    row.evidence = dict(draft.evidence)
    return row


def _gone(row: AuditFinding, now: datetime) -> AuditFinding:
    """What nobody had taken up resolves itself; what somebody has waits for them."""
    row.gone_at = now
    if row.status == FindingStatus.NEW:
        row.status, row.version = FindingStatus.RESOLVED, row.version + 1
    if row.status not in OPEN:
        row.is_current, row.ended_at = False, now
    return row


def _write(recorded: Recorded, now: datetime, told_from: Mapping[str, Severity]) -> None:
    reports = [
        *(telling.firing(row, now) for row in recorded.opened if _begins(row, told_from)),
        *(telling.firing(row, now) for row in recorded.again if _begins(row, told_from)),
        *(telling.over(row, now) for row in recorded.gone if _ends(row)),
    ]
    AuditFinding.objects.bulk_create(recorded.opened)
    store.update([*recorded.again, *recorded.gone])
    intake.put(reports)
    _trace(recorded, now)


def _begins(row: AuditFinding, told_from: Mapping[str, Severity]) -> bool:
    """Say whether an alert is to tell of the finding anew, and note that it does."""
    is_wanted = row.status in OPEN and row.finding_type not in telling.TOLD_BY_RULES
    is_grave = row.severity >= told_from.get(row.site.code, TOLD_FROM)
    if not (is_wanted and is_grave) or (row.is_told and row.severity <= row.told_severity):
        return False
    row.alert_key, row.is_told, row.told_severity = telling.key_of(row), True, row.severity
    return True


def _ends(row: AuditFinding) -> bool:
    was_told, row.is_told = row.is_told, False
    return was_told


def _trace(recorded: Recorded, now: datetime) -> None:
    if recorded.opened:
        bus.publish(RAISED, {"finding_ids": [str(row.pk) for row in recorded.opened]}, at=now)
    told = [*_audited("finding.raised", recorded.opened, now)]
    told += _audited("finding.gone", recorded.gone, now)
    AuditRow.objects.bulk_create(told)


def _audited(action: str, rows: Sequence[AuditFinding], now: datetime) -> list[AuditRow]:
    return [
        audit.row(SYSTEM, action, "finding", row.pk, at=now, after=described(row)) for row in rows
    ]


def described(row: AuditFinding) -> dict[str, object]:
    return {"type": row.finding_type, "site": row.site.code, "status": str(row.status)}
