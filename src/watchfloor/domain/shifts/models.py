"""Shifts as they are to be staffed, who stands on them, who came, and every punch."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.domain.people.personal import Personal
from watchfloor.domain.registers.models import RegisterRow
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Shift(TenantAwareModel):
    """As it was published last."""

    code = models.CharField(max_length=100)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="shifts", null=True)
    post = models.CharField(max_length=100, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    required = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="shift_code_per_tenant")
        ]
        indexes = [
            models.Index(fields=["tenant", "starts_at"]),
            models.Index(fields=["site", "starts_at"]),
        ]

    def __str__(self) -> str:
        return self.code


class Assignment(TenantAwareModel):
    """A person on a shift: rostered for it, or come without (`is_rostered` is False).

    Who `stands_in` is on no roster and named no shift: a place was free, see `standins`.
    `person` is None where the roster names somebody whom the register of people does not know.
    """

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="assignments")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="assignments", null=True
    )
    person_code = models.CharField(max_length=100)
    starts_at = models.DateTimeField()
    """When the shift begins."""
    is_rostered = models.BooleanField(default=True)
    stands_in = models.BooleanField(default=False)
    on_leave_since = models.DateTimeField(null=True)
    leave_reason = models.CharField(max_length=1000, blank=True)
    checked_in_at = models.DateTimeField(null=True)
    checked_out_at = models.DateTimeField(null=True)
    on_break_since = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL)
    personal: ClassVar[Personal] = Personal(blanked=("leave_reason",))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift", "person_code"], name="once_on_a_shift")
        ]
        indexes = [
            models.Index(fields=["tenant", "starts_at"]),
            models.Index(fields=["person", "starts_at"]),
            models.Index(fields=["tenant", "person_code", "starts_at"]),
            models.Index(
                fields=["shift"], name="stand_ins_of_a_shift", condition=models.Q(stands_in=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_code} on {self.shift}"


class LeaveNotice(TenantAwareModel):
    """That somebody will not come to a shift, as it was told last; maybe before its roster."""

    shift_code = models.CharField(max_length=100)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="leave_notices", null=True
    )
    person_code = models.CharField(max_length=100)
    at = models.DateTimeField()
    reason = models.CharField(max_length=1000, blank=True)

    access: ClassVar[Access] = Access(app=ALL)
    personal: ClassVar[Personal] = Personal(is_deleted=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "shift_code", "person_code"], name="leave_told_once_of_a_shift"
            )
        ]
        indexes = [models.Index(fields=["tenant", "at"])]

    def __str__(self) -> str:
        return f"{self.person_code} not on {self.shift_code}"


class LeaveKind(models.TextChoices):
    ANNUAL = "ANNUAL"
    SICK = "SICK"
    TRAINING = "TRAINING"
    OTHER = "OTHER"


class Leave(RegisterRow):
    """Days on which a person does not work, known before."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leave")
    starts_on = models.DateField()
    ends_on = models.DateField()
    kind = models.CharField(max_length=10, choices=LeaveKind.choices, default=LeaveKind.ANNUAL)
    note = models.CharField(max_length=1000, blank=True)

    personal: ClassVar[Personal] = Personal(is_deleted=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "person", "starts_on"], name="leave_begins_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on} to {self.ends_on}"


POSITION = ("latitude", "longitude", "accuracy_m", "distance_m")
BIOMETRIC = ("confidence", "liveness", "face")


class Punch(TenantAwareModel):
    """A check-in or check-out as it was told. Its id is the event's.

    Positions are kept 90 days and biometric scores 180, the punch itself two years.
    """

    kind = models.CharField(max_length=11)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    """What the terminal's clock said, where that was not believed: it counts as of its arrival."""
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="punches", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="punches", null=True)
    person_code = models.CharField(max_length=100)
    shift_code = models.CharField(max_length=100, blank=True)
    post = models.CharField(max_length=100, blank=True)
    method = models.CharField(max_length=100, blank=True)
    device_code = models.CharField(max_length=100, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    distance_m = models.FloatField(null=True)
    """From the site, as the sender measured it."""
    confidence = models.FloatField(null=True)
    liveness = models.FloatField(null=True)
    face = models.CharField(max_length=100, blank=True)
    is_mocked = models.BooleanField(default=False)

    access: ClassVar[Access] = Access(app=ALL)
    personal: ClassVar[Personal] = Personal(blanked=(*POSITION, *BIOMETRIC, "device_code"))

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "at"]),
            models.Index(fields=["tenant", "shift_code", "at"]),
            models.Index(fields=["site", "at"]),
            models.Index(fields=["person", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', '-').capitalize()} of {self.person_code}"
