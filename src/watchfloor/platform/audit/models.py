"""What was done, by whom: rows that can be added, never altered, and their chain of seals."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from watchfloor.platform.tenancy.access import APPEND, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel

OBJECT_ID_LIMIT = 64


class AuditRow(TenantAwareModel):
    """One act. Actor and object are (kind, id) without foreign keys: they may be erased."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=30, blank=True)
    object_id = models.CharField(max_length=OBJECT_ID_LIMIT, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    transaction = models.BigIntegerField(db_default=models.Func(function="wf_xact"))
    """The writing transaction: rows are sealed in the order in which these became final."""

    access: ClassVar[Access] = Access(app=APPEND, system=READ)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "-at"]),
            models.Index(fields=["tenant", "object_kind", "object_id"]),
            models.Index(fields=["tenant", "transaction", "id"]),
        ]


class Disclosure(TenantAwareModel):
    """Whom a list told of, by id: `row` says to whom, when and where. Kept apart from the trail,
    as it is forgotten."""

    row = models.OneToOneField(AuditRow, on_delete=models.PROTECT, related_name="disclosure")
    people = ArrayField(models.UUIDField())

    access: ClassVar[Access] = Access(app=APPEND, system=("SELECT", "UPDATE (people)", "DELETE"))

    class Meta:
        indexes = [GinIndex(fields=["people"], name="audit_disclosed_people")]


class AuditSeal(TenantAwareModel):
    """One link of a tenant's chain: `digest` covers the row and the digest before it."""

    sequence = models.BigIntegerField()
    row = models.OneToOneField(AuditRow, on_delete=models.PROTECT, related_name="seal")
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=READ, system=APPEND)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sequence"], name="audit_seal_sequence")
        ]
