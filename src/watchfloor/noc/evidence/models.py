"""Pictures and clips that people kept of an incident. Their bytes lie in `platform.files`."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.files import kinds
from watchfloor.platform.tenancy.access import Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Attachment(TenantAwareModel):
    """A file beside an incident, by its content. Evidence is never altered: no right to update.

    The system role may take an erased person out of what the file is called.
    """

    incident = models.ForeignKey(NOCIncident, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    caption = models.TextField(blank=True)
    media_type = models.CharField(max_length=40)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by_kind = models.CharField(max_length=20)
    added_by_id = models.CharField(max_length=64, blank=True)

    access: ClassVar[Access] = Access(
        app=("SELECT", "INSERT", "DELETE"), system=("SELECT", "UPDATE (name, caption)")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "sha256"], name="attachment_once")
        ]
        indexes = [models.Index(fields=["tenant", "-added_at", "-id"], name="attachment_latest")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shown(self) -> bool:
        """Whether browsers show it; others are there to be saved."""
        return self.media_type in kinds.SHOWN

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")
