"""Tenants, and the base of every row that belongs to one."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.context import require_tenant_id

_M = TypeVar("_M", bound=models.Model)


class Tenant(models.Model):
    """One security company or facility operator; nothing is shared across tenants.

    Within its scope a tenant changes its own settings and nothing else of its row.
    """

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=(*READ, "UPDATE (settings)"), system=ALL, column="id")

    def __str__(self) -> str:
        return self.slug


class TenantManager(models.Manager[_M]):
    """Shows the rows of the tenant in scope, and refuses to show any outside a scope."""

    def get_queryset(self) -> models.QuerySet[_M]:
        return super().get_queryset().filter(tenant_id=require_tenant_id())

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[_M]:
        rows = list(objs)
        for row in rows:
            _adopt(row)
        return super().bulk_create(rows, *args, **kwargs)


class TenantAwareModel(models.Model):
    """A row of one tenant. Protected twice: by its manager, and by row-level security.

    `everybody` crosses tenants; it sees rows only through the database alias `system`, and only
    of tables whose `access` names that role.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")

    access: ClassVar[Access] = Access(app=ALL)

    objects: ClassVar[TenantManager[Self]] = TenantManager()
    everybody: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "everybody"

    def save(self, *args: Any, **kwargs: Any) -> None:
        _adopt(self)
        super().save(*args, **kwargs)


def _adopt(row: models.Model) -> None:
    if getattr(row, "tenant_id", None) is None:
        row.tenant_id = require_tenant_id()  # type: ignore[attr-defined]
