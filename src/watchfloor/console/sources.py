"""The senders: what each has sent of late, and how it stands with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from watchfloor.noc.alerts.senders import Sent
from watchfloor.noc.rhythm.selectors import Standing, standing
from watchfloor.platform.accounts.models import Integration

ORDER = ("name", "number")


@dataclass(frozen=True, slots=True)
class Source:
    """One sender. `used_at`: when one of its keys was last used, whatever was sent with it."""

    integration: Integration
    keys: int
    used_at: datetime | None
    sent: Sent | None
    rhythm: Standing | None

    @property
    def state(self) -> str:
        if self.rhythm is not None and self.rhythm.silent_since is not None:
            return "silent"
        if self.sent is not None:
            return "heard"
        return "unheard" if self.used_at is not None else "waiting"


def integrations() -> QuerySet[Integration]:
    """Return them as `source` takes them."""
    return Integration.objects.select_related("rhythm").annotate(
        used_at=Max("keys__last_used_at"),
        living_keys=Count("keys", filter=Q(keys__revoked_at=None)),
    )


def source(row: Integration, sent: Mapping[int, Sent]) -> Source:
    keys, used_at = row.living_keys, row.used_at  # type: ignore[attr-defined]
    rhythm = standing(row.rhythm) if hasattr(row, "rhythm") else None
    return Source(row, keys, used_at, sent.get(row.number), rhythm)
