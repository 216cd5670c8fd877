"""Handovers: what one shift leaves to the next, as it stood when it was written."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.accounts.models import User
from watchfloor.platform.tenancy.access import APPEND, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Handover(TenantAwareModel):
    """One shift's handover. Nothing of it changes but that somebody takes over.

    It was gathered within the places of whoever wrote it: all of them (`is_whole`), or these
    clients and sites. `contents` is a `contents.Contents`.
    """

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    written_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(blank=True)
    is_whole = models.BooleanField()
    client_ids = models.JSONField(default=list)
    site_ids = models.JSONField(default=list)
    contents = models.JSONField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    access: ClassVar[Access] = Access(
        app=(*APPEND, "UPDATE (acknowledged_at, acknowledged_by_id)", "DELETE"),
        system=("SELECT", "UPDATE (note, contents)"),
    )
    """It is deleted by age alone. The system role takes erased persons out of what it says."""

    class Meta:
        indexes = [models.Index(fields=["tenant", "-ends_at", "-id"], name="handover_latest")]
