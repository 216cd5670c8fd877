"""Clusters of alerts with one cause, why each alert is in one, and the log behind them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.noc.alerts.models import NOCAlertEvent, SeverityLevel
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class AlertCluster(TenantAwareModel):
    """Alerts of one cause. Its id is derived from the report that opened it.

    `number` is the clusterer's own name for it. Everything from `combined_severity` on is
    derived from members and kept here to be read.
    """

    number = models.BigIntegerField()
    cluster_signature = models.TextField(blank=True)
    primary_alert = models.ForeignKey(
        NOCAlertEvent, null=True, on_delete=models.SET_NULL, related_name="primary_for_cluster"
    )
    cluster_confidence = models.FloatField(default=1.0)
    cluster_method = models.CharField(max_length=30, default="rules")
    feature_vector = models.JSONField(default=dict)
    combined_severity = models.SmallIntegerField(choices=SeverityLevel.choices)
    affected_sites = models.JSONField(default=list)
    affected_people = models.JSONField(default=list)
    alert_types_in_cluster = models.JSONField(default=list)
    first_alert_at = models.DateTimeField()
    last_alert_at = models.DateTimeField()
    alert_count = models.PositiveIntegerField(default=0)
    report_count = models.PositiveIntegerField(default=0)
    suppressed_alert_count = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    is_life_safety = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)
    related_cluster_id = models.UUIDField(null=True)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="merged_from"
    )

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="cluster_number_per_tenant")
        ]
        indexes = [models.Index(fields=["tenant", "-last_alert_at"])]


class ClusterMembership(TenantAwareModel):
    """A bout of an alert in a cluster, with the reason.

    `features` is a list of [name, weight], strongest first.
    """

    cluster = models.ForeignKey(AlertCluster, on_delete=models.CASCADE, related_name="memberships")
    alert = models.ForeignKey(NOCAlertEvent, on_delete=models.CASCADE, related_name="memberships")
    bout = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    report_count = models.PositiveIntegerField(default=1)
    score = models.FloatField()
    threshold = models.FloatField()
    features = models.JSONField(default=list)
    runner_up_id = models.UUIDField(null=True)
    runner_up_score = models.FloatField(default=0.0)
    decided_by = models.CharField(max_length=30)
    opened_cluster = models.BooleanField(default=False)
    """Nothing that was open fitted: `features` then say why not, or why it stands alone."""

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "alert", "bout"], name="membership_per_bout")
        ]
        indexes = [
            models.Index(
                fields=["tenant", "started_at"],
                condition=models.Q(decided_by="operator"),
                name="membership_by_operator",
            )
        ]


class ClusterCommand(TenantAwareModel):
    """An operator's act that the clusterer must know of, until the drain has numbered it."""

    number = models.BigAutoField(primary_key=True)
    id = None  # type: ignore[assignment]
    body = models.BinaryField()
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL, system=("SELECT",))


class ClusterLog(TenantAwareModel):
    """Entries `first_seq` to `last_seq` of the tenant's log, one row for each drained batch."""

    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    body = models.BinaryField()
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "last_seq"], name="cluster_log_last_seq")
        ]


class ClusterCheckpoint(TenantAwareModel):
    """The clusterer's state after entry `seq`; the two newest are kept."""

    seq = models.BigIntegerField()
    state = models.BinaryField()
    noise = models.BinaryField(default=b"")
    """The noise memory at the same place."""
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "seq"], name="cluster_checkpoint_seq")
        ]
