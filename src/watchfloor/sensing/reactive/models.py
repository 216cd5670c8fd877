"""What the rules remember between two batches of events."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import Tenant, TenantAwareModel


class SubjectState(models.Model):
    """Facts of one subject in the core's encoding, and when time has to look at it again.

    Until `held_until` it does not, whatever is due: more may come of what came late.
    """

    pk = models.CompositePrimaryKey("tenant_id", "kind", "code")
    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=30)
    code = models.CharField(max_length=250)
    facts = models.BinaryField()
    due_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "due_at"],
                condition=models.Q(due_at__isnull=False),
                name="subject_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class OperationStream(TenantAwareModel):
    """The clock of a tenant's events; touched under the tenant's lock of its operation only.

    `heeded` is the revision of the registers by which all subjects have been judged.
    `history_since`: the earliest moment of all history that was ever brought in, the last of it
    at `history_at`. What was counted before that is to be counted anew.
    """

    clock = models.BinaryField()
    heeded = models.BigIntegerField(default=0, db_default=0)
    history_since = models.DateTimeField(null=True)
    history_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="operation_stream_once")]
