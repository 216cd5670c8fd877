"""Making tenants. Only who runs the machine can: no tenant knows of another."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.models import Tenant

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def create_tenant(slug: str, *, name: str = "", is_demo: bool = False, now: datetime) -> Tenant:
    if not _SLUG.fullmatch(slug):
        wanted = "1 to 63 of a-z, 0-9 and -"
        raise Invalid(f"A tenant's short name is {wanted}.", fields={"slug": wanted})
    try:
        with transaction.atomic(using="system"):
            return Tenant.objects.using("system").create(
                slug=slug, name=name or slug, is_demo=is_demo, created_at=now
            )
    except IntegrityError:
        raise Conflict(f"There is a tenant {slug} already.") from None
