"""Incidents: what people work on. One for each cluster, or opened by hand."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.platform.accounts.models import User
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class IncidentState(models.TextChoices):
    NEW = "NEW"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"


class Disposition(models.TextChoices):
    """What an incident turned out to be, as whoever resolves it says. Empty: nobody said."""

    REAL = "real"
    USER_ERROR = "user_error"
    WEATHER = "weather"
    ANIMAL = "animal"
    TECHNICAL = "technical"
    TEST = "test"


class NOCIncident(TenantAwareModel):
    """One thing to be handled. `recovered_at`: its alerts are over, and it waits for a person.

    Its id is derived from its cluster's, so that working a log again names it alike.
    `number` is what people say aloud; it counts up within the tenant.
    """

    number = models.BigIntegerField()
    cluster = models.OneToOneField(
        AlertCluster, null=True, on_delete=models.PROTECT, related_name="incident"
    )
    title = models.TextField()
    description = models.TextField(blank=True)
    severity = models.SmallIntegerField(choices=SeverityLevel.choices)
    state = models.CharField(
        max_length=12, choices=IncidentState.choices, default=IncidentState.NEW
    )
    is_life_safety = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=True)
    client = models.ForeignKey(Client, null=True, on_delete=models.SET_NULL, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.SET_NULL, related_name="+")
    alert_count = models.PositiveIntegerField(default=0)
    report_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    last_alert_at = models.DateTimeField(null=True)
    recovered_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    assigned_to = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    snoozed_until = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by_kind = models.CharField(max_length=20, blank=True)
    resolved_by_id = models.CharField(max_length=64, blank=True)
    resolution = models.TextField(blank=True)
    disposition = models.CharField(
        max_length=12, choices=Disposition.choices, blank=True, db_default=""
    )
    last_act = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    """What the last act overwrote, of its alerts too: taking it back needs it (`undoing`)."""
    related_incident_id = models.UUIDField(null=True)
    notified_severity = models.SmallIntegerField(default=0)
    opened_by_kind = models.CharField(max_length=20, default="system")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="incident_number_per_tenant")
        ]
        indexes = [
            models.Index(
                fields=["tenant", "-is_life_safety", "-severity", "-opened_at"],
                condition=~models.Q(state__in=["RESOLVED", "CLOSED"]),
                name="incident_open",
            ),
            models.Index(fields=["tenant", "-opened_at", "-id"], name="incident_latest"),
            models.Index(
                fields=["tenant", "resolved_at"],
                condition=models.Q(resolved_at__isnull=False),
                name="incident_over",
            ),
        ]

    def __str__(self) -> str:
        return f"INC-{self.number}"


class IncidentPlace(TenantAwareModel):
    """One of the places where an incident is: a client, a site of it, or neither of both known.

    Derived from its members. Whoever may see one of its places may see the incident; what of it
    lies at other places stays hidden from them.
    """

    incident = models.ForeignKey(
        NOCIncident, on_delete=models.CASCADE, related_name="places", db_index=False
    )
    client = models.ForeignKey(
        Client, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    site = models.ForeignKey(
        Site, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "client", "site"],
                nulls_distinct=False,
                name="incident_place_once",
            )
        ]
        indexes = [
            models.Index(fields=["site", "incident"], name="incident_by_site"),
            models.Index(fields=["client", "incident"], name="incident_by_client"),
        ]


class TimelineEntry(TenantAwareModel):
    """What happened to an incident. Actor as (kind, id)."""

    incident = models.ForeignKey(NOCIncident, on_delete=models.CASCADE, related_name="timeline")
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    text = models.TextField()
    actor_kind = models.CharField(max_length=20, default="system")
    actor_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "incident", "at"]),
            # What the machine writes comes by the thousand, and is read by incident alone.
            models.Index(
                fields=["tenant", "at"],
                condition=~models.Q(actor_kind="system"),
                name="timeline_of_people",
            ),
        ]
