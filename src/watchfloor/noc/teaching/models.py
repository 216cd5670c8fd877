"""What people said of grouping, and the lessons drawn from it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.aiops.clustering.lessons import Relation
from watchfloor.platform.tenancy.access import ALL, APPEND, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Kind(models.TextChoices):
    MERGE = "merge"
    SPLIT = "split"
    MOVE_OUT = "move_out"
    BELONGS_TOGETHER = "belongs_together"
    UNDO = "undo"


class Correction(TenantAwareModel):
    """One act on grouping: by a person, or a merge that the machine declared.

    `source_id` is the cluster that was left, `target_id` the one that was joined; equal where an
    act only says that the grouping is right.
    """

    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)
    source_id = models.UUIDField()
    target_id = models.UUIDField()
    opened_target = models.BooleanField(default=False)
    record = models.JSONField(default=dict)
    """What an undo needs: `memberships` as they were decided, `incident` as it was."""
    pairs = models.JSONField(default=list)
    """[alert, alert, whether they belong together]: what a model may learn from it."""
    undone_at = models.DateTimeField(null=True)
    undoes = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="undos")

    access: ClassVar[Access] = Access(app=(*APPEND, "UPDATE"))

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "-at", "-id"], name="correction_latest"),
            models.Index(fields=["tenant", "source_id"], name="correction_source"),
            models.Index(fields=["tenant", "target_id"], name="correction_target"),
        ]


class LessonState(models.TextChoices):
    PROPOSED = "proposed"
    IN_EFFECT = "in_effect"
    WITHDRAWN = "withdrawn"


class EffectState(models.TextChoices):
    """Of the look at what a lesson would have done to the last 30 days."""

    WANTED = "wanted"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Lesson(TenantAwareModel):
    """A pair of signals that belong together (`links`) or do not, where they are related so.

    It decides nothing until it is in effect. `effect` is `aiops.rehearsal.lessons.Effect`.
    """

    links = models.BooleanField()
    one = models.TextField()
    other = models.TextField()
    relation = models.CharField(max_length=10, choices=[(one, one) for one in Relation])
    state = models.CharField(
        max_length=10, choices=LessonState.choices, default=LessonState.PROPOSED
    )
    proposed_at = models.DateTimeField()
    effect = models.JSONField(null=True)
    effect_state = models.CharField(
        max_length=10, choices=EffectState.choices, default=EffectState.WANTED
    )
    effect_at = models.DateTimeField(null=True)
    """When the look began or, once it is done, up to when it reached."""
    in_effect_at = models.DateTimeField(null=True)
    confirmed_by_kind = models.CharField(max_length=20, blank=True)
    """`system`: enough like decisions did."""
    confirmed_by_id = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=(*APPEND, "UPDATE"), system=READ)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "links", "one", "other", "relation"], name="lesson_once"
            )
        ]


class LessonSupport(TenantAwareModel):
    """A correction that speaks for a lesson."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="supports")
    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="supports")

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "lesson", "correction"], name="lesson_support_once"
            )
        ]
