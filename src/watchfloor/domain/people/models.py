"""People on the ground: guards, supervisors, technicians. Users who sign in are accounts."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from watchfloor.domain.org.models import Inventory, Site
from watchfloor.domain.people.personal import Personal
from watchfloor.domain.registers.models import CodedRow, RegisterRow


class Person(Inventory):
    """A person whom alerts can be about."""

    home_site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="people", null=True, blank=True
    )
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="person_code_per_tenant")
        ]


class Group(CodedRow):
    """People who are called, rostered or trained together."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="group_code_per_tenant")
        ]


class EmploymentStatus(models.TextChoices):
    EMPLOYED = "EMPLOYED"
    SUSPENDED = "SUSPENDED"
    LEFT = "LEFT"


class Employment(RegisterRow):
    """How a person works here. Groups, sites and the own device are codes, as events name them.

    `authorised_sites` is None where nobody has said at which sites the person may work.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="employment")
    status = models.CharField(
        max_length=10, choices=EmploymentStatus.choices, default=EmploymentStatus.EMPLOYED
    )
    hired_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    skills = ArrayField(models.CharField(max_length=100), default=list)
    groups = ArrayField(models.CharField(max_length=100), default=list)
    authorised_sites = ArrayField(models.CharField(max_length=100), null=True, blank=True)
    own_device = models.CharField(max_length=100, blank=True)

    personal: ClassVar[Personal] = Personal(is_deleted=True)

    def __str__(self) -> str:
        return self.person.code


class Licence(RegisterRow):
    """That somebody has a skill from one day to another. A renewal is a further one: what was so
    before stays on record."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="licences")
    skill = models.CharField(max_length=80)
    """In the words of employments and posts."""
    number = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField()
    valid_until = models.DateField()
    """The last day."""

    personal: ClassVar[Personal] = Personal(is_deleted=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "person", "skill", "issued_on"], name="licence_issued_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.skill} of {self.person.code}"
