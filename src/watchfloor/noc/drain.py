"""Takes accepted reports to the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from watchfloor.aiops.alerts.report import Report, decode
from watchfloor.aiops.errors import ReportError
from watchfloor.noc import pipeline
from watchfloor.noc.intake import queue
from watchfloor.noc.intake.draining import Draining
from watchfloor.noc.intake.models import REPORT_LANES
from watchfloor.noc.intake.queue import Lanes, Record
from watchfloor.noc.intake.store import CHANNEL
from watchfloor.platform.tenancy.locks import FLOW


class Drain(Draining):
    """Works the reports that wait in the intake."""

    lanes: ClassVar[Lanes] = REPORT_LANES
    channel: ClassVar[str] = CHANNEL
    lock: ClassVar[int] = FLOW

    def work(self, records: Sequence[Record], now: datetime) -> None:
        """Work what can be read, quarantine what cannot, delete what was worked."""
        reports: list[Report] = []
        for record in records:
            try:
                reports.append(decode(record.body))
            except ReportError as error:
                queue.quarantine(record.event_id, str(error), now)
        if reports:
            pipeline.work(reports, now=now)
        queue.delete([report.event_id for report in reports])
