"""What each site usually counts, what it counted unlike it, and how far that is told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.aiops.baselines.judging import Sensitivity, Side
from watchfloor.domain.org.models import Site
from watchfloor.noc.findings.models import AuditFinding, FindingStatus
from watchfloor.platform.tenancy.access import ALL, APPEND, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel

SENSITIVITIES = [(one.value, one.value.capitalize()) for one in Sensitivity]
REASONS = (
    ("tuned", "What people said"),
    ("sensitivity", "Set by somebody"),
    ("rollback", "Undone"),
)
SIDES = [(one.value, one.value.capitalize()) for one in Side]


class BaselineClock(TenantAwareModel):
    """Up to when one metric of the tenant is counted, when that was done, and when its budgets
    were tuned last."""

    metric = models.CharField(max_length=40)
    counted_until = models.DateTimeField()
    counted_at = models.DateTimeField()
    tuned_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "metric"], name="baseline_clock_once")
        ]

    def __str__(self) -> str:
        return self.metric


class BaselineProfile(TenantAwareModel):
    """One metric of one site: its counted hours (`aiops.baselines.history`), from which all that
    is expected follows, and how many false alarms a week it may cost."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="profiles")
    metric = models.CharField(max_length=40)
    sensitivity = models.CharField(
        max_length=10, choices=SENSITIVITIES, default=Sensitivity.MEDIUM.value
    )
    budget = models.FloatField(default=Sensitivity.MEDIUM.budget)
    """As the sensitivity says, until people's words move it."""
    history = models.BinaryField()
    level = models.FloatField(null=True)
    stable_share = models.FloatField(default=0.0)
    """Of the hours of the week, how many rest on enough samples."""

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "metric"], name="baseline_profile_once")
        ]

    def __str__(self) -> str:
        return f"{self.metric} at {self.site_id}"


class BaselineDeparture(TenantAwareModel):
    """Hours in a row that were told of, on one side; shown by its rarest hour.

    Its finding is what people work on, and says what they made of it.
    """

    profile = models.ForeignKey(
        BaselineProfile, on_delete=models.CASCADE, related_name="departures"
    )
    side = models.CharField(max_length=5, choices=SIDES)
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    """Beginning of its first and of its last hour."""
    is_over = models.BooleanField(default=False)
    at = models.DateTimeField()
    span = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    expected = models.FloatField()
    a_week = models.FloatField()
    is_stable = models.BooleanField()
    finding = models.ForeignKey(
        AuditFinding, on_delete=models.SET_NULL, related_name="departures", null=True
    )

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile"], condition=models.Q(is_over=False), name="departure_open_once"
            )
        ]
        indexes = [models.Index(fields=["tenant", "-began_at", "-id"], name="departure_latest")]

    def __str__(self) -> str:
        return f"{self.count} instead of {self.expected:.1f}"

    @property
    def was_false(self) -> bool | None:
        """Return whether people said that it was nothing; None while they said neither."""
        finding = self.finding
        if finding is None:
            return None
        if finding.status == FindingStatus.FALSE_POSITIVE:
            return True
        is_by_people = finding.acknowledged_at is not None or finding.gone_at is None
        return False if finding.status == FindingStatus.RESOLVED and is_by_people else None


class ThresholdAuditLog(TenantAwareModel):
    """A change of a budget: what it would have told of in the last 30 days, before and after."""

    profile = models.ForeignKey(BaselineProfile, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    reason = models.CharField(max_length=20, choices=REASONS)
    old_budget = models.FloatField()
    new_budget = models.FloatField()
    old_sensitivity = models.CharField(max_length=10, choices=SENSITIVITIES, blank=True)
    """Empty in changes from before it was kept."""
    old_alarms = models.PositiveIntegerField()
    new_alarms = models.PositiveIntegerField()
    old_false_share = models.FloatField(null=True)
    new_false_share = models.FloatField(null=True)
    """Of those that people have judged."""
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="undone_by", null=True
    )

    access: ClassVar[Access] = Access(app=APPEND)

    def __str__(self) -> str:
        return f"{self.old_budget} to {self.new_budget}"
