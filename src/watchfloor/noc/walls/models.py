"""Screens on a wall, and the tokens that open them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.accounts.models import User
from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel

LONGEST_NAME = 100


class Wall(TenantAwareModel):
    """A screen that nobody signs in at: who holds its token sees its board, and nothing else.

    It shows a site, a client or all of what its maker may configure at the time it is looked at.
    The system role reads it: a token comes before its tenant is known.
    """

    name = models.CharField(max_length=LONGEST_NAME)
    client = models.ForeignKey(Client, null=True, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.BinaryField(max_length=32, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(client=None) | models.Q(site=None), name="wall_of_one_place"
            )
        ]
        indexes = [models.Index(fields=["tenant", "-made_at", "-id"], name="wall_latest")]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        return str(self.site or self.client or "everything")
