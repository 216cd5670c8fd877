"""What people do about findings, and what others find."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.findings.draft import FindingDraft
from watchfloor.noc.alerts import checks
from watchfloor.noc.findings import telling
from watchfloor.noc.findings.models import AuditFinding, FindingStatus
from watchfloor.noc.findings.recording import LOCK, described, record
from watchfloor.noc.findings.states import MACHINE, OPEN, SET_ASIDE, Action
from watchfloor.noc.intake import services as intake
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.states import PAST
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import wait_for

SAID = frozenset({Action.DISMISS, Action.SUPPRESS})
"""Acts that need a word on why: the next one sees no trace of the thing itself."""


def create_finding(draft: FindingDraft, *, now: datetime) -> AuditFinding:
    """Return the finding, which may be open already. Raises: Invalid for a site nobody knows."""
    recorded = record([draft], now=now)
    rows = [*recorded.opened, *recorded.again]
    if not rows:
        raise Invalid("There is no such site.", fields={"site": "name the code of a site"})
    return rows[0]


@transaction.atomic
def act(
    finding_id: UUID,
    action: Action,
    *,
    by: Actor,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> AuditFinding:
    """Do something about a finding. Repeating it changes nothing.

    Raises: NotFound; Conflict where its status does not allow it; Invalid without a note where
    one is needed.
    """
    wait_for(LOCK, require_tenant_id())
    row = AuditFinding.objects.select_related("site__client").filter(pk=finding_id).first()
    if row is None:
        raise NotFound("There is no such finding.")
    step = MACHINE.step(FindingStatus(row.status), action)
    checks.same_version("finding", row.version, version, f"it is {row.get_status_display()}.")
    if not step.changes:
        return row
    said = checks.text_of(note, "note") if action in SAID else checks.optional_text(note, "note")
    before = described(row)
    if action is Action.REOPEN:
        _check_alone(row)
    _apply(row, step.to, said, now)
    row.save()
    name = f"finding.{PAST[action].split()[0]}"
    after = {**described(row), "note": said}
    audit.record(by, name, "finding", row.pk, at=now, before=before, after=after)
    return row


def _apply(row: AuditFinding, to: FindingStatus, said: str, now: datetime) -> None:
    row.status, row.version = to, row.version + 1
    row.note = said or row.note
    if to in OPEN:
        row.is_current, row.ended_at = True, None
        if to != FindingStatus.NEW:
            row.acknowledged_at = row.acknowledged_at or now
    else:
        row.is_current = to in SET_ASIDE and row.gone_at is None
        row.ended_at = now
    _tell(row, now)


def _tell(row: AuditFinding, now: datetime) -> None:
    """Let its alert follow: it fires while the finding is open and still there."""
    is_told = bool(row.alert_key) and row.status in OPEN and row.gone_at is None
    if is_told != row.is_told:
        row.is_told = is_told
        intake.put([telling.firing(row, now) if is_told else telling.over(row, now)])


def _check_alone(row: AuditFinding) -> None:
    """Raises: Conflict where the same is open under another finding."""
    same = {
        name: getattr(row, name) for name in ("site_id", "finding_type", "entity_type", "entity_id")
    }
    if AuditFinding.objects.filter(**same, is_current=True).exclude(pk=row.pk).exists():
        raise Conflict("It was found again since: work on the newer finding.")
