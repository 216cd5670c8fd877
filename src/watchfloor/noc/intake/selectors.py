"""Reading what tenants have set for the intake, and what it set aside."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet

from watchfloor.aiops.alerts.report import decode
from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.operation import stored
from watchfloor.noc.intake.models import (
    REPORT_LANES,
    Capture,
    CapturedBody,
    IntakeRecord,
    PayloadMapping,
)
from watchfloor.platform.errors import NotFound
from watchfloor.platform.tenancy.context import require_tenant_id


def mappings() -> QuerySet[PayloadMapping]:
    return PayloadMapping.objects.all()


def mapping(name: str) -> PayloadMapping:
    found = mappings().filter(name=name).first()
    if found is None:
        raise NotFound("There is no template of this name.")
    return found


def captures() -> QuerySet[Capture]:
    """Return the names of which bodies are kept, with the number of these as `kept`."""
    return Capture.objects.annotate(kept=Count("bodies"))


def capture(name: str) -> Capture:
    found = captures().filter(name=name).first()
    if found is None:
        raise NotFound("Nothing of this name is captured.")
    return found


def captured(name: str) -> QuerySet[CapturedBody]:
    """Return the bodies that are kept of a name, the latest first."""
    return CapturedBody.objects.filter(capture__name=name).order_by("-received_at", "-id")


def quarantined() -> QuerySet[IntakeRecord]:
    """Return the reports that could not be worked, kept with their error."""
    return IntakeRecord.objects.filter(tenant_id=require_tenant_id(), quarantined_at__isnull=False)


def told_by(record: IntakeRecord) -> tuple[str, str]:
    """Return the type and the message of a record, as far as it can be read.

    The type is empty where it cannot; that of an event is its stream.
    """
    body = bytes(record.body)
    try:
        if record.lane not in REPORT_LANES:
            arrived = stored.decode(body)
            return arrived.stream, stored.shown(arrived.event)
        report = decode(body)
    except ReportError as error:
        return "", str(error)
    return report.alert_type, report.message


def quarantined_report(event_id: UUID) -> IntakeRecord:
    found = quarantined().filter(event_id=event_id).first()
    if found is None:
        raise NotFound("There is no such report in quarantine.")
    return found
