"""What every file that leaves by a page has in common."""

from __future__ import annotations

from django.utils import timezone

from watchfloor.console.views.door import PageRequest
from watchfloor.platform.audit import services as audit


def note_export(request: PageRequest, kind: str, rows: int, *, names: bool = False) -> None:
    """Write down who took how many rows out, and whether names of persons were among them."""
    after = {"rows": rows, "names": names}
    audit.record(request.viewer.actor, "list.exported", kind, "", at=timezone.now(), after=after)
