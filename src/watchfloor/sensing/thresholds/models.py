"""What is set for the limits of the rules, and where it holds."""

from __future__ import annotations

from django.db import models

from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.registers.models import RegisterRow


class Threshold(RegisterRow):
    """A limit at a site, at all sites of a client, or with neither everywhere. The nearest wins."""

    limit = models.CharField(max_length=60)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="thresholds", null=True, blank=True
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="thresholds", null=True, blank=True
    )
    value = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "limit", "client", "site"],
                name="threshold_once_per_place",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="threshold_at_one_place",
                condition=models.Q(client=None) | models.Q(site=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.limit} at {self.site or self.client or 'all sites'}"
