"""The registers of employments and licences, and of groups of people."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from watchfloor.domain.people.models import (
    Employment,
    EmploymentStatus,
    Group,
    Licence,
    Person,
)
from watchfloor.domain.registers.declaration import SITE, Paths, Reference, Register
from watchfloor.domain.registers.specs import Code, CodedSpec, Codes, Name, RowSpec

AT_HOME: Paths = ("person__home_site__client_id", "person__home_site_id")
"""Of rows about a person: they belong to the person's home site."""
PERSON = Reference(Person, "person", ("home_site__client_id", "home_site_id"))


class EmploymentSpec(RowSpec):
    person: Code
    status: EmploymentStatus = EmploymentStatus.EMPLOYED
    hired_on: date | None = None
    left_on: date | None = None
    skills: Annotated[Codes, Field(description="with commas between")] = []
    groups: Annotated[Codes, Field(description="codes, with commas between")] = []
    authorised_sites: Annotated[
        Codes | None,
        Field(description="codes, with commas between; empty: nobody has said where"),
    ] = None
    own_device: Annotated[Name, Field(max_length=100)] = ""

    @model_validator(mode="after")
    def _in_order(self) -> EmploymentSpec:
        if self.hired_on and self.left_on and self.left_on < self.hired_on:
            raise ValueError("left_on is before hired_on: change one of them")
        return self


class LicenceSpec(RowSpec):
    person: Code
    skill: Annotated[Code, Field(max_length=80, description="as employments and posts say it")]
    number: Annotated[Name, Field(max_length=100)] = ""
    issued_on: Annotated[date, Field(description="the first day; a renewal is a row of its own")]
    valid_until: Annotated[date, Field(description="the last day")]

    @model_validator(mode="after")
    def _in_order(self) -> LicenceSpec:
        if self.valid_until < self.issued_on:
            raise ValueError("valid_until is before issued_on: change one of them")
        return self


GROUPS = Register(
    noun="groups",
    title="Groups",
    about="People who are called, rostered or trained together.",
    kind="group",
    model=Group,
    spec=CodedSpec,
    columns=("code", "name"),
    change="STAFF",
)
EMPLOYMENTS = Register(
    noun="employments",
    title="Employments",
    about="How people work here: since when, with which skills, where they may work.",
    kind="employment",
    model=Employment,
    spec=EmploymentSpec,
    references={"person": PERSON, "groups": GROUPS, "authorised_sites": SITE},
    scope=AT_HOME,
    key=("person",),
    columns=("person", "status", "hired_on", "groups", "skills", "authorised_sites"),
    persons=frozenset({"person"}),
    search=("person", "own_device"),
    filters=("person", "status"),
    # By code would tell codes that may not be read.
    order=("id",),
    change="STAFF",
)
LICENCES = Register(
    noun="licences",
    title="Licences",
    about="Which skills people have until when; a skill without a licence has no end.",
    kind="licence",
    model=Licence,
    spec=LicenceSpec,
    references={"person": PERSON},
    scope=AT_HOME,
    key=("person", "skill", "issued_on"),
    columns=("person", "skill", "issued_on", "valid_until", "number"),
    persons=frozenset({"person", "number"}),
    search=("person", "skill", "number"),
    filters=("person", "skill"),
    order=("-issued_on", "-id"),
    change="STAFF",
)
