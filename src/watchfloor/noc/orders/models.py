"""Standing orders: what people do when an alarm comes, and what they did of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.tenancy.access import ALL, APPEND, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class StandingOrder(TenantAwareModel):
    """An order under the code by which people name it. What it says is in its versions."""

    code = models.CharField(max_length=100)

    access: ClassVar[Access] = Access(app=APPEND)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="order_code_per_tenant")
        ]

    def __str__(self) -> str:
        return self.code


class OrderVersion(TenantAwareModel):
    """What an order said from `made_at` until `ended_at`; the one without an end is in force.

    It holds at a site and those below it, at a client, or (neither) everywhere. Its words never
    change, so that an old incident goes on showing what was shown.
    """

    order = models.ForeignKey(StandingOrder, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    client = models.ForeignKey(Client, null=True, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.CASCADE, related_name="+")
    alert_type = models.TextField(blank=True)
    hours = models.TextField(blank=True)
    steps = models.JSONField()
    """Each with its `text`, and whether it `is_required`."""
    made_at = models.DateTimeField()
    made_by_kind = models.CharField(max_length=20)
    made_by_id = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(
        app=(*APPEND, "UPDATE (ended_at)"), system=("SELECT", "UPDATE (title, steps)")
    )
    """The system role takes erased persons out of what the steps say."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="order_version_once"),
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(ended_at=None), name="order_in_force_once"
            ),
            models.CheckConstraint(
                condition=models.Q(client=None) | models.Q(site=None), name="order_at_one_place"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> str:
        return str(self.site or self.client or "everywhere")


class OrderUse(TenantAwareModel):
    """An incident that people worked by an order: it keeps the version that they saw.

    `settled_at`: when the last required step was done or skipped; None while one is open, or where
    none is required.
    """

    incident = models.OneToOneField(NOCIncident, on_delete=models.CASCADE, related_name="order_use")
    version = models.ForeignKey(OrderVersion, on_delete=models.PROTECT, related_name="uses")
    taken_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        indexes = [models.Index(fields=["tenant", "taken_at"], name="order_use_by_time")]


class StepMark(TenantAwareModel):
    """A step that somebody did, or skipped and why. Steps are counted from 1."""

    use = models.ForeignKey(OrderUse, on_delete=models.CASCADE, related_name="marks")
    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=20)
    by_id = models.CharField(max_length=64, blank=True)
    skipped_because = models.TextField(blank=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["use", "step"], name="order_step_once")]
