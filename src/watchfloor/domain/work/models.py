"""Work orders, jobs that bring work again and again, and assets."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.aiops.calendars.priority import Priority
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.domain.registers.models import CodedRow
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel

_PRIORITIES = [(one.value, one.value) for one in Priority]


class AssetStatus(models.TextChoices):
    WORKING = "WORKING"
    MAINTENANCE = "MAINTENANCE"
    STANDBY = "STANDBY"
    SCRAPPED = "SCRAPPED"


class Asset(CodedRow):
    """A thing of a site that is looked after: a generator, a vehicle, an extinguisher.

    `parent` is the asset of which it is a part.
    """

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="parts", null=True, blank=True
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="assets", null=True)
    kind = models.CharField(max_length=60, blank=True)
    status = models.CharField(
        max_length=20, choices=AssetStatus.choices, default=AssetStatus.WORKING
    )
    is_critical = models.BooleanField(default=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="asset_code_per_tenant")
        ]


class WorkOrder(TenantAwareModel):
    """As what was said of it last leaves it."""

    code = models.CharField(max_length=100)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="work_orders", null=True)
    title = models.CharField(max_length=1000, blank=True)
    category = models.CharField(max_length=100, blank=True)
    priority = models.CharField(max_length=2, choices=_PRIORITIES, blank=True)
    """Empty where nobody said it: then nothing is promised but the date."""
    state = models.CharField(max_length=100)
    asset = models.CharField(max_length=100, blank=True)
    vendor = models.CharField(max_length=100, blank=True)
    assignee = models.CharField(max_length=100, blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="work_order_code_per_tenant")
        ]
        indexes = [
            models.Index(fields=["tenant", "opened_at"]),
            models.Index(
                fields=["tenant", "due_at"],
                condition=models.Q(ended_at=None),
                name="work_order_open",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class JobKind(models.TextChoices):
    TASK = "TASK"
    MAINTENANCE = "MAINTENANCE"
    INSPECTION = "INSPECTION"
    CLEANING = "CLEANING"


class Job(CodedRow):
    """Work that comes again and again: each time it is due it becomes a work order.

    `planned_until` is how far its times have been made into occurrences.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=20, choices=JobKind.choices, default=JobKind.TASK)
    times = models.CharField(max_length=200)
    """As `aiops.calendars.recurrence` reads them, by the clocks of the site."""
    minutes = models.PositiveIntegerField(default=60)
    grace_minutes = models.PositiveIntegerField(default=0)
    priority = models.CharField(max_length=2, choices=_PRIORITIES, default=Priority.P3.value)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="jobs", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="jobs", null=True)
    planned_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="job_code_per_tenant")
        ]


class JobOccurrence(TenantAwareModel):
    """One time at which a job was due, and the work order that it became."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="occurrences")
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    work_order = models.CharField(max_length=100)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "at"], name="job_occurrence_once")]
        indexes = [models.Index(fields=["tenant", "at"])]

    def __str__(self) -> str:
        return self.work_order
