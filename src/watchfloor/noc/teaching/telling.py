"""People who were told of alerts are not told of them again because these changed their place."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.store import incident_id
from watchfloor.noc.integrations.selectors import highest_told


def carry(pairs: Iterable[tuple[UUID, UUID]]) -> None:
    """Let the incident of each second cluster know how far people were told of the first's.

    Its bouts have moved already: what is worse than what was told of is told of all the same.
    """
    ids = [(incident_id(source), incident_id(target)) for source, target in pairs]
    ends = {pk for pair in ids for pk in pair}
    rows = {row.pk: row for row in NOCIncident.objects.filter(pk__in=ends)}
    told = highest_told(rows, with_held=False)  # what waits may never leave
    for source, target in ids:
        if source not in rows or target not in rows or source == target:
            continue
        known = max(told.get(source, 0), rows[source].notified_severity)
        row = rows[target]
        row.notified_severity = max(row.notified_severity, min(known, row.severity))
        row.save(update_fields=["notified_severity"])
