"""The registers of work, and its records."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from watchfloor.aiops.calendars.priority import Priority
from watchfloor.aiops.calendars.recurrence import checked
from watchfloor.domain.people.registers import PERSON
from watchfloor.domain.registers.declaration import AT_SITE, SITE, Records, Reference, Register
from watchfloor.domain.registers.specs import Code, CodedSpec, Latitude, Longitude, Name
from watchfloor.domain.registers.specs import Reference as OtherCode
from watchfloor.domain.work.models import (
    Asset,
    AssetStatus,
    Job,
    JobKind,
    JobOccurrence,
    WorkOrder,
)

A_MONTH = 31 * 24 * 60
ASSET = Reference(Asset, "asset", AT_SITE)


class AssetSpec(CodedSpec):
    site: OtherCode = None
    parent: Annotated[OtherCode, Field(description="the asset of which it is a part")] = None
    kind: Annotated[Name, Field(max_length=60)] = ""
    status: AssetStatus = AssetStatus.WORKING
    is_critical: bool = False
    latitude: Latitude = None
    longitude: Longitude = None


class JobSpec(CodedSpec):
    site: Code
    kind: JobKind = JobKind.TASK
    times: Annotated[
        str,
        Field(max_length=200, description="as Mon-Fri 08:00,20:00; Sat 09:00, or cron 0 8 1 * *"),
        AfterValidator(checked),
    ]
    minutes: Annotated[int, Field(ge=1, le=A_MONTH, description="how long it may take")] = 60
    grace_minutes: Annotated[int, Field(ge=0, le=A_MONTH)] = 0
    priority: Priority = Priority.P3
    asset: OtherCode = None
    person: OtherCode = None


ASSETS = Register(
    noun="assets",
    title="Assets",
    about="Things of a site that are looked after, and whether they work.",
    kind="asset",
    model=Asset,
    spec=AssetSpec,
    references={"site": SITE, "parent": ASSET},
    scope=AT_SITE,
    columns=("code", "name", "site", "parent", "kind", "status", "is_critical"),
    filters=("site", "parent", "kind", "status", "is_critical"),
)
JOBS = Register(
    noun="jobs",
    title="Jobs",
    about="Work that comes again and again; each time it is due it becomes a work order.",
    kind="job",
    model=Job,
    spec=JobSpec,
    references={
        "site": SITE,
        "asset": ASSET,
        "person": PERSON,
    },
    scope=AT_SITE,
    columns=("code", "name", "site", "kind", "times", "minutes", "priority", "asset", "person"),
    filters=("site", "kind", "priority"),
    persons=frozenset({"person"}),
)
WORK_ORDERS = Records(
    noun="work-orders",
    title="Work orders",
    about="What is to be done by when, and in which state it is.",
    kind="work order",
    model=WorkOrder,
    scope=AT_SITE,
    columns=("code", "title", "site", "priority", "state", "assignee", "opened_at", "due_at"),
    more=("category", "asset", "vendor", "changed_at", "ended_at"),
    search=("code", "title", "category", "asset", "vendor", "assignee"),
    filters=("site", "priority", "state", "category", "asset", "vendor", "assignee"),
    persons=frozenset({"assignee"}),
    at="opened_at",
    order=("-opened_at", "-id"),
)
JOB_OCCURRENCES = Records(
    noun="job-occurrences",
    title="Occurrences of jobs",
    about="When which job was due, and the work order that it became.",
    kind="occurrence of a job",
    model=JobOccurrence,
    scope=("job__site__client_id", "job__site_id"),
    columns=("at", "job", "due_at", "work_order"),
    search=("work_order",),
    filters=("job", "work_order"),
)
ALL = (ASSETS, JOBS, WORK_ORDERS, JOB_OCCURRENCES)
