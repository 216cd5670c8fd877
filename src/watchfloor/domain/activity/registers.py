"""The records of positions."""

from __future__ import annotations

from watchfloor.domain.activity.models import Position
from watchfloor.domain.registers.declaration import AT_SITE, Records

POSITIONS = Records(
    noun="positions",
    title="Positions",
    about="Where people and assets were, as their devices told; kept 90 days.",
    kind="position",
    model=Position,
    scope=AT_SITE,
    columns=("at", "site", "person", "asset", "latitude", "longitude", "accuracy_m", "is_mocked"),
    more=("device_code",),
    search=("asset", "device_code"),
    filters=("site",),
    persons=frozenset({"person"}),
)
