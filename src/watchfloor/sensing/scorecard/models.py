"""The card of each site and day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.aiops.scorecard.score import Status
from watchfloor.domain.org.models import Site
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel

STATUSES = [(one.value, one.value.capitalize()) for one in Status]


class NonNegotiablesScorecard(TenantAwareModel):
    """What was counted of the seven pillars at a site on one of its days, kept as it was then.

    `score` and `status` are None and empty where no pillar is known.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="scorecards")
    day = models.DateField()
    score = models.FloatField(null=True)
    status = models.CharField(max_length=5, choices=STATUSES, blank=True)
    pillars = models.JSONField()
    """By code: what was counted and missed (`aiops.scorecard.score.Pillar`)."""
    counted_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="scorecard_once_a_day")]
        indexes = [models.Index(fields=["tenant", "-day", "site"], name="scorecard_of_day")]

    def __str__(self) -> str:
        return f"{self.site_id} on {self.day}"
