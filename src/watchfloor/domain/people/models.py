"""People on the ground: guards, supervisors, technicians. Users who sign in are accounts."""

from __future__ import annotations

from django.db import models

from watchfloor.domain.org.models import Inventory, Site


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
