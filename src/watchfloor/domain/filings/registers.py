"""The register of required reports, and the records of what was filed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from watchfloor.aiops.calendars.periods import Every
from watchfloor.domain.filings.models import Filing, RequiredReport
from watchfloor.domain.registers.declaration import AT_SITE, SITE, Records, Register
from watchfloor.domain.registers.specs import Code, RowSpec


class RequiredReportSpec(RowSpec):
    site: Code
    report: Annotated[Code, Field(description="a word of your own: daily-log, fire-drill")]
    every: Annotated[Every, Field(description="of each of them one is to be filed")] = Every.DAY
    due_after_hours: Annotated[
        int, Field(ge=0, le=720, description="after the day, week or month has ended")
    ] = 6


REQUIRED_REPORTS = Register(
    noun="required-reports",
    title="Required reports",
    about="Which report a site is to hand in of each day, week or month, and by when.",
    kind="required report",
    model=RequiredReport,
    spec=RequiredReportSpec,
    references={"site": SITE},
    scope=AT_SITE,
    key=("site", "report"),
    columns=("site", "report", "every", "due_after_hours"),
    search=("site", "report"),
    filters=("site", "report", "every"),
    order=("report", "id"),
)
FILINGS = Records(
    noun="filings",
    title="Filed reports",
    about="Reports of sites as they were handed in; kept for two years.",
    kind="filing",
    model=Filing,
    scope=AT_SITE,
    columns=("at", "site", "report", "day", "person_code", "text"),
    more=("told_by", "link"),
    persons=frozenset({"person_code", "told_by"}),
    search=("report",),
    filters=("site", "report", "day"),
)
