"""Reports as they were worked, and the alerts whose lives they tell."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.accounts.models import User
from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import Tenant, TenantAwareModel


class SignalState(models.IntegerChoices):
    """What the senders' side says. Values as `aiops.types.Signal`."""

    FIRING = 1
    RESOLVED = 2
    EXPIRED = 3


class SeverityLevel(models.IntegerChoices):
    """Values as `aiops.types.Severity`."""

    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


class AlertState(models.TextChoices):
    """What people have done about it."""

    NEW = "NEW"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    ASSIGNED = "ASSIGNED"
    ESCALATED = "ESCALATED"
    RESOLVED = "RESOLVED"


class Report(models.Model):
    """One thing a sender sent, after it was worked. Partitioned by day of arrival; a leaf.

    `verdict` is the name of `aiops.alerts.lives.Verdict`: what the report did to its alert.
    """

    pk = models.CompositePrimaryKey("received_at", "event_id")
    tenant = models.ForeignKey(
        Tenant, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    event_id = models.UUIDField()
    received_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    is_clock_suspect = models.BooleanField()
    integration_id = models.BigIntegerField()
    sender_id = models.TextField(null=True)  # noqa: DJ001  absent and empty differ
    alert_id = models.UUIDField()
    cluster_id = models.UUIDField()
    bout = models.IntegerField()
    signal = models.SmallIntegerField(choices=SignalState.choices)
    severity = models.SmallIntegerField(choices=SeverityLevel.choices)
    verdict = models.SmallIntegerField()
    is_touch = models.BooleanField(db_default=False)
    suppressed_by = models.TextField(null=True)  # noqa: DJ001  absent and empty differ
    source = models.TextField()
    message = models.TextField()
    labels = models.JSONField()
    announced_end = models.DateTimeField(null=True)
    announced_silence = models.FloatField(null=True)
    """What the sender itself said of the end, as `expires_at` and `silence` of the core's report:
    a rehearsal of the period needs them."""

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        # Made as a partitioned table by the first migration of this app.
        indexes = [
            models.Index(fields=["tenant", "alert_id", "occurred_at"], name="report_of_alert")
        ]

    def __str__(self) -> str:
        return str(self.event_id)


class NOCAlertEvent(TenantAwareModel):
    """An alert: one life of a fingerprint. Its id is the event id of the report that opened it."""

    integration_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=32)
    life = models.PositiveIntegerField(default=1)
    source = models.TextField(blank=True)
    alert_type = models.TextField()
    entity_type = models.TextField(blank=True)
    entity_id = models.TextField(blank=True)
    dedup_key = models.TextField(blank=True)
    message = models.TextField(blank=True)
    labels = models.JSONField(default=dict)
    client_name = models.TextField(blank=True)
    site_name = models.TextField(blank=True)
    device_name = models.TextField(blank=True)
    person_name = models.TextField(blank=True)
    client = models.ForeignKey(Client, null=True, on_delete=models.SET_NULL, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.SET_NULL, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    severity = models.SmallIntegerField(choices=SeverityLevel.choices)
    severity_highest = models.SmallIntegerField(choices=SeverityLevel.choices)
    severity_given = models.TextField(blank=True)
    signal = models.SmallIntegerField(choices=SignalState.choices)
    state = models.CharField(max_length=12, choices=AlertState.choices, default=AlertState.NEW)
    is_life_safety = models.BooleanField(default=False)
    is_flapping = models.BooleanField(default=False)
    is_clock_suspect = models.BooleanField(default=False)
    suppressed_by = models.TextField(blank=True)
    """What keeps people from being told: a kind of `aiops.alerts.suppression`, and behind a colon
    the rule's id or that of the alert that explains it; or nothing."""
    suppressed_until = models.DateTimeField(null=True)
    """On the stream clock: when to ask again. None: with the next report."""
    suppressed_why = models.TextField(blank=True, db_default="")
    """The reason in words."""
    outlier = models.CharField(max_length=8, blank=True, db_default="")
    """`frequent`, `rare` or `new` at its site when it began; or nothing."""
    snoozed_until = models.DateTimeField(null=True)

    cluster_id = models.UUIDField(null=True)
    """The cluster of the newest bout. No foreign key: clustering lies above alerts."""
    bout = models.PositiveIntegerField(default=0)
    occurrence_count = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    last_received_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    settles_at = models.DateTimeField(null=True)
    """On the stream clock: when its resolve is to be believed, as it kept coming back."""
    expires_at = models.DateTimeField(null=True)
    machine = models.BinaryField()
    """The life as the core keeps it (`aiops.alerts.lives`): what the next report goes on from."""

    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    assigned_to = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    last_act = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    """What the last act overwrote: taking it back needs it (`undoing`)."""
    version = models.PositiveIntegerField(default=1)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "fingerprint", "life"], name="alert_life_once"
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "-last_seen_at", "-id"], name="alert_latest"),
            models.Index(fields=["tenant", "dedup_key"], name="alert_dedup_key"),
            models.Index(fields=["tenant", "entity_id"], name="alert_entity"),
            models.Index(fields=["tenant", "cluster_id"], name="alert_cluster"),
            models.Index(
                fields=["tenant", "expires_at"],
                condition=models.Q(signal=SignalState.FIRING),
                name="alert_expiry",
            ),
            models.Index(
                fields=["tenant", "suppressed_until"],
                condition=~models.Q(suppressed_by=""),
                name="alert_kept_quiet",
            ),
            models.Index(
                fields=["tenant", "snoozed_until"],
                condition=models.Q(snoozed_until__isnull=False),
                name="alert_asleep",
            ),
        ]


class TenantStream(TenantAwareModel):
    """A tenant's stream clock and its place in the log; touched under the tenant's lock only."""

    clock = models.BinaryField()
    applied_seq = models.BigIntegerField(default=0)
    incident_number = models.BigIntegerField(default=0)
    """The last one given to an incident; its row lock keeps numbers without gaps."""
    fallbacks = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    """How often an optional stage failed and its fallback was taken, by stage."""
    updated_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="tenant_stream_once")]


class MaintenanceWindow(TenantAwareModel):
    """A time in which alerts are recorded as suppressed. Empty lists mean all.

    `recurrence`: none, daily, weekly; `weekdays` 0 = Monday; times are of `time_zone`.
    """

    title = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    recurrence = models.CharField(max_length=10, default="none")
    weekdays = models.JSONField(default=list, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    client_ids = models.JSONField(default=list, blank=True)
    site_ids = models.JSONField(default=list, blank=True)
    device_ids = models.JSONField(default=list, blank=True)
    alert_types = models.JSONField(default=list, blank=True)
    zones = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    is_test = models.BooleanField(db_default=False)
    """Put on test by an operator, at the word of `caller`, who works there."""
    caller = models.CharField(max_length=200, blank=True, db_default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    access: ClassVar[Access] = Access(app=ALL)


class Silence(TenantAwareModel):
    """A person's wish not to hear of what matches, until a time.

    `matchers` is a list of {"field", "op": "eq"|"in"|"glob", "value"}; all must match.
    """

    reason = models.TextField()
    matchers = models.JSONField()
    ends_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    access: ClassVar[Access] = Access(app=ALL)


class AlertComment(TenantAwareModel):
    """What somebody wrote about an alert."""

    alert = models.ForeignKey(NOCAlertEvent, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)
