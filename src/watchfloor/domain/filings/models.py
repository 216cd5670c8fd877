"""Which reports each site is to hand in, and what was filed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.aiops.calendars.periods import Every
from watchfloor.domain.org.models import Site
from watchfloor.domain.registers.models import RegisterRow
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel

EVERY = [(one.value, one.value.capitalize()) for one in Every]


class RequiredReport(RegisterRow):
    """A report that a site is to hand in of each day, week or month, by its own clock.

    It is required of those that begin once it stands here, and due so many hours after each.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="required_reports")
    report = models.CharField(max_length=100)
    every = models.CharField(max_length=5, choices=EVERY, default=Every.DAY)
    due_after_hours = models.PositiveSmallIntegerField(default=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "site", "report"], name="report_once_a_site")
        ]

    def __str__(self) -> str:
        return f"{self.report} of {self.site}"


class Filing(TenantAwareModel):
    """A report was handed in. Its id is the event's. `day` is one of the time that it is about.

    `told_by`: the name of who handed it in on a page. `link`: where the report itself is kept.
    """

    at = models.DateTimeField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="filings", null=True)
    report = models.CharField(max_length=100)
    day = models.DateField()
    person_code = models.CharField(max_length=100, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    told_by = models.CharField(max_length=100, blank=True)
    link = models.URLField(max_length=500, blank=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "site", "report", "day"], name="filing_of_day"),
            models.Index(fields=["tenant", "-at", "-id"], name="filing_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.report} of {self.day}"
