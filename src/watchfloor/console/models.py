"""What the console keeps for people: the views they saved of its lists."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.accounts.models import User
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel

LONGEST_NAME = 40
LONGEST_QUERY = 500


class SavedView(TenantAwareModel):
    """A list with its filters under a name: `query` as it stands in the address of `page`.

    A shared view is listed to everybody; whose rows it shows is settled by who looks.
    """

    page = models.CharField(max_length=20)
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "owner", "page", "name"], name="saved_view_once_per_owner"
            )
        ]
