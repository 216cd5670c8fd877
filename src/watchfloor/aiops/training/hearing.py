"""What a clusterer would be told, without one: the entries that training replays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.stream import AlertStream


def views(stream: AlertStream, told: Iterable[tuple[Report, str]]) -> Iterator[ReportView]:
    """Yield what becomes of reports before grouping. With each its fingerprint, or nothing."""
    for report, key in told:
        heard = stream.stage.hear(report, key)
        weighed = stream.noise.hear(
            heard.view, heard.step, heard.protection, heard.suppressed_by, heard.now
        )
        yield weighed.view
