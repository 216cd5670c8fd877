"""What the rules on sensors and buttons have in common: how a reading is told."""

from __future__ import annotations

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Reading
from watchfloor.aiops.operation.wording import at_site, clock
from watchfloor.aiops.titles import spoken


def sensed(event: Reading, kind: str, site: str, directory: Directory) -> str:
    """Return "Glass break at Harbour, vault, from Sensor 3 at 02:10"."""
    what = spoken(kind)
    where = at_site(site, directory, event.area)
    by = directory.called("device", event.device) + (f" of {event.person}" if event.person else "")
    when = clock(event.ts, site, directory, beside=event.ts)
    return f"{what[:1].upper()}{what[1:]}{where}, from {by} at {when}"
