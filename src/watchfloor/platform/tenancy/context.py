"""Whose data the running code may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_tenant_id: ContextVar[int | None] = ContextVar("watchfloor_tenant", default=None)


class NoTenant(RuntimeError):
    """Tenant data was asked for outside `tenant_scope()`."""


@contextmanager
def tenant_scope(tenant_id: int) -> Iterator[None]:
    """Run the block as `tenant_id`: managers, row-level security and jobs follow it."""
    token = _tenant_id.set(tenant_id)
    try:
        yield
    finally:
        _tenant_id.reset(token)


def current_tenant_id() -> int | None:
    return _tenant_id.get()


def require_tenant_id() -> int:
    """Return the tenant in scope; raise `NoTenant` rather than show everybody's rows."""
    tenant_id = _tenant_id.get()
    if tenant_id is None:
        raise NoTenant("tenant data was asked for outside tenant_scope()")
    return tenant_id
