"""How well a backtest with default settings tells incidents from noise, on recorded attacks."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from watchfloor.aiops.evaluation.clusters import GroupingReport
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
    """Return what the backtest says of itself beside the truth."""
    truth = file.with_name(file.name.replace(".alerts.", ".truth."))
    with tempfile.TemporaryDirectory(prefix="wf-bench-") as folder:
        out = Path(folder) / "clusters.csv"
        done = subprocess.run(  # noqa: S603
            [*COMMAND, "backtest", file, "--map", MAP, "--out", out, "--truth", truth],
            capture_output=True, text=True, env=clean_environment(), timeout=SECONDS, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise NotMeasured(f"backtest of {file.name}: {done.stderr.strip()[-300:]}")
    return msgspec.convert(json.loads(done.stdout)["truth"], GroupingReport)


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
    yield Row(f"{name}: hidden_major, campaigns", f"{hidden}", "0", "0", hidden == 0)
    yield Row(f"{name}: hidden_major, steps", f"{told.hidden_major_steps}")
