"""How well a backtest with default settings tells incidents from noise, on recorded attacks."""

from __future__ import annotations

import csv
import gzip
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from watchfloor.aiops.evaluation.clusters import GroupingReport, Truth, evaluate
from watchfloor.bench.floors import COMMAND, NotMeasured, clean_environment
from watchfloor.bench.results import Row

MAP = (
    "id=alert_id,timestamp=time,alert_type=type,entity=host,site=site,message=message,"
    "source=detector"
)
SECONDS = 600


@dataclass(frozen=True)
class Scenario:
    name: str
    grouping: GroupingReport


def measure(data: Path) -> list[Scenario]:
    """Return each scenario of ait_ads below `data`, grouped by the command a user would give."""
    files = sorted((data / "ait_ads").glob("*.alerts.csv.gz"))
    if not files:
        raise NotMeasured(f"{data} holds no ait_ads/*.alerts.csv.gz")
    return [Scenario(_name(file), _grouping(file)) for file in files]


def _grouping(file: Path) -> GroupingReport:
    truth = dict(_truths(file.with_name(file.name.replace(".alerts.", ".truth."))))
    lines = _backtested(file)
    return evaluate([truth[alert] for alert, _ in lines], [cluster for _, cluster in lines])


def _backtested(file: Path) -> list[tuple[str, str]]:
    """Return each report with the cluster it ended in."""
    with tempfile.TemporaryDirectory(prefix="wf-bench-") as folder:
        out = Path(folder) / "clusters.csv"
        done = subprocess.run(  # noqa: S603
            [*COMMAND, "backtest", str(file), "--map", MAP, "--out", str(out)],
            capture_output=True, text=True, env=clean_environment(), timeout=SECONDS, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise NotMeasured(f"backtest of {file.name}: {done.stderr.strip()[-300:]}")
        with out.open(newline="") as rows:
            return [
                (row["alert_id"], row["merged_into"] or row["cluster_id"])
                for row in csv.DictReader(rows)
            ]


def _truths(file: Path) -> Iterator[tuple[str, Truth]]:
    with gzip.open(file, "rt", newline="") as rows:
        for row in csv.DictReader(rows):
            yield (
                row["alert_id"],
                Truth(
                    at=float(row["time"]),
                    host=row["host"],
                    type=row["type"],
                    step=row["step"],
                    campaign=row["campaign"],
                    is_noise=row["is_noise"] == "1",
                ),
            )


def _name(file: Path) -> str:
    return file.name.partition(".")[0]


def rows(found: list[Scenario]) -> list[Row]:
    return [row for scenario in found for row in _rows(scenario)]


def _rows(scenario: Scenario) -> Iterator[Row]:
    name, told = scenario.name, scenario.grouping
    yield Row(
        f"{name}: {told.reports:,} reports in {told.clusters:,} clusters, F1tol",
        f"{told.f1_tol:.3f}", ".90", ".95", told.f1_tol >= 0.90,
    )  # fmt: skip
    yield Row(f"{name}: U", f"{told.u:.3f}", ".85", ".90", told.u >= 0.85)
    yield Row(f"{name}: buried", f"{told.buried:.3f}", ".08", ".04", told.buried <= 0.08)
    hidden = told.hidden_major_campaigns
    yield Row(f"{name}: hidden_major", f"{hidden}", "0", "0", hidden == 0)
