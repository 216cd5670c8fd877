"""Shifts, who stands on them, and punches, as records; leave as a register."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from watchfloor.domain.people.registers import PERSON
from watchfloor.domain.registers.declaration import AT_SITE, Records, Register
from watchfloor.domain.registers.specs import Code, RowSpec, Text
from watchfloor.domain.shifts.models import Assignment, Leave, LeaveKind, Punch, Shift
from watchfloor.domain.shifts.services import follow_leave

SHIFTS = Records(
    noun="shifts",
    title="Shifts",
    about="Shifts as they were published last: how many are needed, where and when.",
    kind="shift",
    model=Shift,
    scope=AT_SITE,
    columns=("code", "site", "post", "starts_at", "ends_at", "required", "published_at"),
    search=("code",),
    filters=("site", "code"),
    at="starts_at",
    order=("-starts_at", "-id"),
)
ASSIGNMENTS = Records(
    noun="assignments",
    title="Who stands on which shift",
    about="People on shifts: rostered or come without, on leave, checked in and out.",
    kind="assignment",
    model=Assignment,
    scope=("shift__site__client_id", "shift__site_id"),
    columns=(
        "starts_at", "shift", "person_code", "is_rostered", "on_leave_since", "checked_in_at",
        "checked_out_at",
    ),
    more=("on_break_since", "stands_in", "leave_reason"),
    search=("person_code",),
    filters=("shift", "person", "is_rostered"),
    persons=frozenset({"person", "person_code", "leave_reason"}),
    at="starts_at",
    order=("-starts_at", "-id"),
)  # fmt: skip
PUNCHES = Records(
    noun="punches",
    title="Punches",
    about="Every check-in, check-out and break as it was told.",
    kind="punch",
    model=Punch,
    scope=AT_SITE,
    columns=("at", "kind", "site", "person_code", "shift_code", "method", "device_code"),
    more=(
        "post", "received_at", "claimed_at", "accuracy_m", "distance_m", "confidence", "liveness",
        "is_mocked",
    ),
    search=("person_code", "shift_code", "device_code"),
    filters=("kind", "site", "person", "method", "shift_code", "device_code"),
    persons=frozenset({"person", "person_code", "confidence", "liveness"}),
)  # fmt: skip


class LeaveSpec(RowSpec):
    person: Code
    starts_on: date
    ends_on: Annotated[date, Field(description="the last day")]
    kind: LeaveKind = LeaveKind.ANNUAL
    note: Annotated[Text, Field(max_length=1000)] = ""

    @model_validator(mode="after")
    def _in_order(self) -> LeaveSpec:
        if self.ends_on < self.starts_on:
            raise ValueError("leave ends on its first day or later")
        return self


LEAVE = Register(
    noun="leave",
    title="Leave",
    about="Days on which somebody does not work, granted before.",
    kind="leave",
    model=Leave,
    spec=LeaveSpec,
    references={"person": PERSON},
    scope=("person__home_site__client_id", "person__home_site_id"),
    key=("person", "starts_on"),
    columns=("person", "starts_on", "ends_on", "kind"),
    search=("person",),
    filters=("person", "kind"),
    persons=frozenset({"person", "note"}),
    order=("starts_on", "id"),
    change="STAFF",
    followed_by=follow_leave,
)
