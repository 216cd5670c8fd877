"""Recorded streams, read in place where the data folder is at hand; truth is for scoring only."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.evaluation.clusters import Truth
from watchfloor.bench.grouping.labelled import REHEARSED_AT, Labelled, Told

SCENARIOS = "ait_ads"
_ALERTS, _TRUTH = ".alerts.csv.gz", ".truth.csv.gz"


def attacks(data: Path) -> Iterator[Labelled]:
    """Yield each recorded estate with attacks inside, the smallest first."""
    files = sorted((data / SCENARIOS).glob(f"*{_ALERTS}"), key=lambda file: file.stat().st_size)
    for file in files:
        yield Labelled(file.name.partition(".")[0], list(_told(file)))


def _told(file: Path) -> Iterator[Told]:
    alerts = _rows(file)
    for alert, truth in zip(alerts, _rows(_truth_of(file)), strict=True):
        at = float(alert["time"])
        report = Report(
            event_id=alert["alert_id"],
            integration=0,
            received_at=REHEARSED_AT,
            alert_type=alert["type"],
            timestamp=at,
            source=alert["detector"],
            site=alert["site"],
            entity_id=alert["host"],
            message=alert["message"],
        )
        yield Told(report, _read(truth))


def _truth_of(file: Path) -> Path:
    return file.with_name(file.name.replace(_ALERTS, _TRUTH))


def _read(row: dict[str, str]) -> Truth:
    return Truth(
        float(row["time"]), row["host"], row["type"], row["step"], row["campaign"],
        row["is_noise"] == "1",
    )  # fmt: skip


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", newline="") as lines:
        yield from csv.DictReader(lines)
