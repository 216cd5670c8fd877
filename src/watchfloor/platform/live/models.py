"""Frames for open pages, kept 15 minutes so that a page can resume where it was."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class LiveFrame(TenantAwareModel):
    """Changes of one tenant, in order. `changes` is a list of rows as the console shows them.

    Each change names its `client_id` and `site_id`: a socket gets only what its scope covers.
    """

    number = models.BigAutoField(primary_key=True)
    id = None  # type: ignore[assignment]
    changes = models.JSONField()
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=READ, system=ALL)

    class Meta:
        indexes = [models.Index(fields=["tenant", "number"]), models.Index(fields=["created_at"])]
