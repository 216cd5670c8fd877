"""Work for one tenant after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import InterfaceError, OperationalError

from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

log = structlog.get_logger(__name__)


def each_tenant() -> Iterator[Tenant]:
    """Walk through all tenants, each time in the scope of one."""
    for tenant in Tenant.objects.using("system").order_by("pk"):
        with tenant_scope(tenant.pk):
            yield tenant


@contextmanager
def apart(tenant_id: int, work: str) -> Iterator[None]:
    """Run the block in the tenant's scope. What fails in it is logged, but for a lost database."""
    try:
        with tenant_scope(tenant_id):
            yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # the job runner: one tenant's bad row stops no other tenant
        log.exception("work for a tenant failed", work=work, tenant=tenant_id)
