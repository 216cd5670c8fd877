"""What the rows of all registers have in common."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class RegisterRow(TenantAwareModel):
    """A row that is known by the fields its register names. It is retired, never deleted."""

    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        abstract = True


class CodedRow(RegisterRow):
    """A row that is known by its code."""

    code = models.CharField(max_length=100)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or self.code
