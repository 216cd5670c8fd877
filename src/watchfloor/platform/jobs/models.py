"""Claims of work and the state of schedules."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class JobClaim(TenantAwareModel):
    """A piece of work that was done: written in the transaction of the work itself."""

    task = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    claimed_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL, system=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "task", "key"], name="job_claim_once")
        ]


class ScheduleRun(models.Model):
    """When a schedule last ran. One row for each; claimed by the scheduler that runs it."""

    name = models.CharField(max_length=100, primary_key=True)
    last_run_at = models.DateTimeField(null=True)
    next_run_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
