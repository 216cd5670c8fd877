"""`--tenant SLUG`, and the tenant that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from watchfloor.embedded.errors import Misuse
from watchfloor.platform.tenancy.models import Tenant

_F = TypeVar("_F", bound=Callable[..., Any])
DEFAULT = "main"


def tenant_option(function: _F) -> _F:
    return click.option(
        "--tenant", default=DEFAULT, show_default=True, metavar="SLUG", help="Whose data."
    )(function)


def tenant_named(slug: str) -> Tenant:
    """Return the tenant. Raises: Misuse that says which there are."""
    tenants = Tenant.objects.using("system")
    tenant = tenants.filter(slug=slug).first()
    if tenant is None:
        known = ", ".join(tenants.order_by("slug").values_list("slug", flat=True)[:10])
        raise Misuse(f"there is no tenant {slug!r}; there are: {known or 'none yet'}")
    return tenant
