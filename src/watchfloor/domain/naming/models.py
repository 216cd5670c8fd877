"""How senders' names map to the inventory: learnt aliases, and questions for people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class InventoryKind(models.TextChoices):
    CLIENT = "client"
    SITE = "site"
    DEVICE = "device"
    PERSON = "person"


class NameAlias(TenantAwareModel):
    """A sender's spelling that a person, or an exact answer, has tied to one inventory row.

    The system role reads it for keys that are bound to sites, as it reads the sites.
    """

    kind = models.CharField(max_length=10, choices=InventoryKind.choices)
    text = models.CharField(max_length=200)
    target_id = models.UUIDField()
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "text"], name="name_alias_once")
        ]


class Answer(models.TextChoices):
    """What a person said to a question about a name."""

    ALIAS = "alias"
    NEW = "new"
    DISMISSED = "dismissed"


class NameReview(TenantAwareModel):
    """A name that is too unlike anything known, or like two things: a person decides.

    `candidates` is a list of {"id", "code", "score"}, best first; `integration_id` who sent it
    first. Answered, it has an `answer`, and unless dismissed the row that the name means.
    """

    kind = models.CharField(max_length=10, choices=InventoryKind.choices)
    text = models.CharField(max_length=200)
    candidates = models.JSONField(default=list)
    integration_id = models.BigIntegerField(null=True, blank=True)
    seen_count = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    target_id = models.UUIDField(null=True, blank=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "text"], name="name_review_once")
        ]
