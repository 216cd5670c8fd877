"""How each source speaks, and what its silence is called."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.accounts.models import Integration
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class LimitBy(models.TextChoices):
    """Who sets how long a source may be silent: what was heard of it, a person, or nobody."""

    LEARNT = "learnt"
    FIXED = "fixed"
    OFF = "off"


class SourceRhythm(TenantAwareModel):
    """What was learnt of one source (`aiops.alerts.rhythm`), and who says when it is silent.

    `silent_since`: its last word, while an alert of its silence fires.
    """

    integration = models.OneToOneField(Integration, on_delete=models.CASCADE, related_name="rhythm")
    limit_by = models.CharField(max_length=10, choices=LimitBy.choices, default=LimitBy.LEARNT)
    minutes = models.PositiveIntegerField(null=True)
    """After how many it is silent, where a person has said so."""
    learnt = models.BinaryField()
    looked_at = models.DateTimeField()
    silent_since = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL)
