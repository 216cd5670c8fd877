"""The register of schedules, and the records of inspections."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from watchfloor.domain.registers.declaration import AT_SITE, SITE, Records, Register
from watchfloor.domain.registers.specs import Code, RowSpec
from watchfloor.sensing.inspection.models import InspectionRun, SiteAuditSchedule

Least = Annotated[int, Field(ge=0, le=1000)]


class ScheduleSpec(RowSpec):
    site: Code
    heartbeat_minutes: Annotated[
        Literal[5, 10, 15, 30, 60], Field(description="between two looks for danger")
    ] = 5
    comprehensive_minutes: Annotated[
        Literal[5, 15, 30, 60], Field(description="between two looks at tours and tickets")
    ] = 15
    deep_minutes: Annotated[
        Literal[60, 120, 240, 480], Field(description="between two looks for all patterns")
    ] = 60
    phone_events_least: Annotated[Least, Field(description="in an hour; 0: not critical")] = 1
    location_updates_least: Annotated[Least, Field(description="in an hour; 0: not critical")] = 1
    tasks_completed_least: Annotated[Least, Field(description="in an hour; 0: not critical")] = 0
    tour_checkpoints_least: Annotated[Least, Field(description="in an hour; 0: not critical")] = 0
    alert_from: Annotated[
        Literal["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"],
        Field(description="findings as grave as this raise an alert"),
    ] = "MEDIUM"
    evidence_minutes: Annotated[
        int, Field(ge=30, le=480, description="how far back alarms are shown as evidence")
    ] = 120
    is_skipped: Annotated[bool, Field(description="this site is not inspected")] = False


SCHEDULES = Register(
    noun="inspection-schedules",
    title="Inspection schedules",
    about="How often and how strictly a site is inspected; without one, by the defaults.",
    kind="inspection schedule",
    model=SiteAuditSchedule,
    spec=ScheduleSpec,
    references={"site": SITE},
    key=("site",),
    scope=AT_SITE,
    columns=(
        "site", "heartbeat_minutes", "comprehensive_minutes", "deep_minutes", "alert_from",
        "is_skipped",
    ),
    search=("site",),
    filters=("site", "is_skipped"),
    order=("id",),
)  # fmt: skip
INSPECTIONS = Records(
    noun="inspections",
    title="Inspections",
    about="Looks at all sites, every 5, 15 and 60 minutes, and what they found; kept 30 days.",
    kind="inspection",
    model=InspectionRun,
    columns=("ends_at", "cadence", "ran_at", "sites", "opened", "gone", "seconds"),
    filters=("cadence",),
    at="ends_at",
    order=("-ends_at", "-id"),
)
