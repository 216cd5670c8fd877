"""Who looks at which incident, and who is away from the desk."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.accounts.models import User
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Claim(TenantAwareModel):
    """A lease: somebody looks at an incident until `until`. One that is over says who looked last.

    It ends by time alone, so no row ever needs to be swept: it stands while `until` is to come.
    """

    incident = models.OneToOneField(NOCIncident, on_delete=models.CASCADE, related_name="claim")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    renewed_at = models.DateTimeField()
    until = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        indexes = [models.Index(fields=["tenant", "until"], name="claim_standing")]


class Skills(TenantAwareModel):
    """What somebody knows, in words that an administrator gave: fire, russian, access control."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    words = ArrayField(models.CharField(max_length=40), default=list)

    access: ClassVar[Access] = Access(app=ALL)


class Offer(TenantAwareModel):
    """An incident that waits is offered to one desk, with its reason. It keeps nobody from acting.

    `passed`: to whom it was offered before in this round; `rounds`: how often all let it pass.
    """

    incident = models.OneToOneField(NOCIncident, on_delete=models.CASCADE, related_name="offer")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    passed = ArrayField(models.UUIDField(), default=list)
    rounds = models.PositiveIntegerField(default=0)
    why = models.JSONField(default=dict)

    access: ClassVar[Access] = Access(app=ALL)


class Break(TenantAwareModel):
    """A time in which somebody is signed in and away from the desk."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "user"],
                condition=models.Q(ended_at=None),
                name="break_one_at_a_time",
            )
        ]
