"""What the rules on sensors and buttons have in common: how a reading is told."""

from __future__ import annotations

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Reading
from watchfloor.aiops.operation.wording import at_site, clock
from watchfloor.aiops.titles import begun, spoken

_SAID = {
    "DOOR": "Door opened",
    "DURESS": "Somebody is threatened",
    "MEDICAL": "Medical emergency",
    "MOTION": "Movement",
    "PANIC": "Panic alarm",
    "SOS": "Call for help",
}
"""What a kind of reading means, where its name alone does not say it."""


def sensed(event: Reading, kind: str, site: str, directory: Directory) -> str:
    """Return "Glass break at Harbour, vault, from Sensor 3 at 02:10"."""
    what = _SAID.get(kind) or begun(spoken(kind))
    where = at_site(site, directory, event.area)
    by = directory.called("device", event.device) + (f" of {event.person}" if event.person else "")
    when = clock(event.ts, site, directory, beside=event.ts)
    return f"{what}{where}, from {by} at {when}"
