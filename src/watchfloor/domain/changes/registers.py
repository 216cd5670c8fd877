"""The records of changes."""

from __future__ import annotations

from watchfloor.domain.changes.models import Change
from watchfloor.domain.registers.declaration import Records

CHANGES = Records(
    noun="changes",
    title="Changes",
    about="What was done to the operation: rosters, configuration, firmware, staff, releases.",
    kind="change",
    model=Change,
    scope=("client_id", "site_id"),
    columns=("at", "kind", "text", "client", "site", "device", "person"),
    more=("said",),
    search=("text", "said", "device"),
    filters=("kind", "client", "site", "device"),
    persons=frozenset({"person"}),
)
ALL = (CHANGES,)
