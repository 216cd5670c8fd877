"""What people who sign in are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from watchfloor.platform.accounts.models import User
from watchfloor.platform.tenancy.context import require_tenant_id


def names_of(user_ids: Iterable[str]) -> Mapping[str, str]:
    """Return them by id, of those whose account is still there. One query."""
    found = User.objects.filter(tenant_id=require_tenant_id(), pk__in=user_ids)
    return {str(user.pk): str(user) for user in found}
