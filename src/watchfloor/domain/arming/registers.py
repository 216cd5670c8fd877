"""The register of arming schedules, and the record of what was armed."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from watchfloor.aiops.calendars import hours
from watchfloor.domain.arming.models import ArmingChange, ArmingSchedule
from watchfloor.domain.registers.declaration import AT_SITE, SITE, Records, Register
from watchfloor.domain.registers.specs import Code, RowSpec, Text, split


class ArmingScheduleSpec(RowSpec):
    site: Code
    area: Annotated[
        Text, Field(max_length=100, description="empty: all areas of the site without their own")
    ] = ""
    open_hours: Annotated[
        Text,
        Field(min_length=1, max_length=200, description=hours.CURE),
        AfterValidator(hours.checked),
    ]
    closed_on: Annotated[
        list[date],
        BeforeValidator(split),
        Field(max_length=400, description="days on which it does not open, as 2026-12-25"),
    ] = []


ARMING_SCHEDULES = Register(
    noun="arming-schedules",
    title="Arming schedules",
    about="The hours in which the areas of a site are open; outside them they are to be armed.",
    kind="arming schedule",
    model=ArmingSchedule,
    spec=ArmingScheduleSpec,
    references={"site": SITE},
    scope=AT_SITE,
    key=("site", "area"),
    columns=("site", "area", "open_hours", "closed_on"),
    search=("site", "area"),
    filters=("site",),
    order=("area", "id"),
)
ARMING_CHANGES = Records(
    noun="arming-changes",
    title="Arming",
    about="When the areas of sites were armed and disarmed, and by whom.",
    kind="arming",
    model=ArmingChange,
    scope=AT_SITE,
    columns=("at", "site", "area", "state", "person_code"),
    persons=frozenset({"person_code"}),
    filters=("site", "area", "state"),
)
