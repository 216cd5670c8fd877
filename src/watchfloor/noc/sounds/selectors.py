"""What a tenant has set to sound, and what of it somebody hears."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from watchfloor.aiops.alerts import sounding
from watchfloor.aiops.alerts.sounding import SHIPPED, Kind, Sound
from watchfloor.platform.accounts.models import User

Policy = Mapping[Kind, Sound]
SETTING = "sounds"


def policy(settings: Mapping[str, Any]) -> Policy:
    """Return what the settings of a tenant say, or what is shipped where they say nothing."""
    kept = settings.get(SETTING)
    return SHIPPED if kept is None else msgspec.convert(kept, dict[Kind, Sound])


def muted_until(user: User, now: datetime) -> datetime | None:
    """Return when the mute of somebody's desks ends, None where they are not muted."""
    until = user.muted_until
    return until if until is not None and until > now else None


def heard(policy: Policy, *, is_muted: bool) -> dict[str, Any]:
    """Return the rings of a desk by kind, as scripts read them."""
    found: dict[str, Any] = msgspec.to_builtins(sounding.rings(policy, is_muted=is_muted))
    return found
