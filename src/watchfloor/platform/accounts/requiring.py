"""Which roles need a second factor, and from when: a setting of the tenant in scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from watchfloor.platform.accounts import factors
from watchfloor.platform.accounts.capabilities import ROLES
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy import settings
from watchfloor.platform.tenancy.context import require_tenant_id

SETTING = "codes_required"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who holds one of `roles` needs codes from `starts_at` on, and is told so before."""

    roles: tuple[str, ...] = ()
    starts_at: datetime | None = None

    def kept(self) -> dict[str, Any] | None:
        if not self.roles or self.starts_at is None:
            return None
        return {"roles": list(self.roles), "starts_at": self.starts_at.isoformat()}


def read() -> Rule:
    return _of(settings.own())


@transaction.atomic
def change(to: Rule, *, by: Actor, now: datetime) -> Rule:
    """Set all of it. The same again changes nothing."""
    unknown = [role for role in to.roles if role not in ROLES]
    if unknown:
        raise Invalid(f"There is no role {unknown[0]!r}.", fields={"roles": "unknown"})
    if to.roles and to.starts_at is None:
        raise Invalid("From when?", fields={"starts_at": "needed"})
    before = _of(settings.put(**{SETTING: to.kept()}))
    after = _of({SETTING: to.kept()})
    if after != before:
        audit.record(
            by, "settings.changed", "tenant", require_tenant_id(), at=now,
            before={SETTING: before.kept()}, after={SETTING: after.kept()},
        )  # fmt: skip
    return after


def due(user: User) -> datetime | None:
    """Return from when the user needs a second factor that they have not; None if never."""
    rule = read()
    if rule.starts_at is None or factors.of(user) is not None:
        return None
    holds = RoleGrant.objects.filter(user=user.pk, role__in=rule.roles).exists()
    return rule.starts_at if holds else None


def _of(kept: dict[str, Any]) -> Rule:
    found = kept.get(SETTING)
    if not found:
        return Rule()
    return Rule(tuple(found["roles"]), datetime.fromisoformat(found["starts_at"]))
