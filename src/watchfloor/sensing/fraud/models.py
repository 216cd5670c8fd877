"""What detectors said of people at work, and what people who looked into it made of that.

A score is no row: it is what the suspicions of 30 days come to at the moment it is read.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.domain.people.personal import Personal
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class CaseState(models.TextChoices):
    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    CLEARED = "CLEARED"
    CONTESTED = "CONTESTED"


class FraudCase(TenantAwareModel):
    """A person whose score asked for somebody to look into it.

    `site` is that of the weightiest suspicion, by which it is seen; `explanation` what the score
    was made of when it opened. `decided_by`: who confirmed or cleared it last, as the audit log
    names them.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="fraud_cases")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    score = models.FloatField()
    explanation = models.JSONField(default=list)
    features = models.JSONField(default=list)
    """What was known of the person at that moment, for a model to learn from."""
    probability = models.FloatField(null=True)
    """What the model that was live then said, with its reasons; None: there was none."""
    reasons = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    contested_at = models.DateTimeField(null=True)
    contest = models.TextField(blank=True)
    """What the person says."""
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    access: ClassVar[Access] = Access(app=ALL)
    personal: ClassVar[Personal] = Personal(is_deleted=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "person"],
                condition=models.Q(state="OPEN"),
                name="fraud_case_open_once",
            )
        ]
        indexes = [models.Index(fields=["tenant", "-opened_at", "-id"], name="fraud_case_latest")]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.opened_at:%Y-%m-%d}"


class FraudSuspicion(TenantAwareModel):
    """What one detector said of a person, once for each time that its alert was raised.

    `is_borne_out`: what a review of its case came to; None before.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="suspicions")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    case = models.ForeignKey(
        FraudCase, on_delete=models.SET_NULL, related_name="suspicions", null=True
    )
    alert_type = models.CharField(max_length=60)
    alert_key = models.CharField(max_length=400)
    """`dedup_key` of the alert that told of it."""
    detector = models.CharField(max_length=30)
    at = models.DateTimeField()
    confidence = models.FloatField()
    says = models.CharField(max_length=300)
    is_borne_out = models.BooleanField(null=True)

    access: ClassVar[Access] = Access(app=ALL)
    personal: ClassVar[Personal] = Personal(is_deleted=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "alert_key", "at"], name="suspicion_once")
        ]
        indexes = [models.Index(fields=["person", "-at"]), models.Index(fields=["tenant", "-at"])]

    def __str__(self) -> str:
        return f"{self.detector} {self.at:%Y-%m-%d %H:%M}"
