"""What recorded reports really were, for scoring only: `backtest --truth FILE`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from watchfloor.aiops.evaluation.clusters import Truth, evaluate
from watchfloor.cli.files import opened
from watchfloor.embedded.errors import Misuse
from watchfloor.platform.tables import read_table

COLUMNS = ("alert_id", "time", "host", "type", "step", "campaign", "is_noise")


def scores(clusters: Sequence[tuple[str, str]], file: Path) -> dict[str, Any]:
    """Return how well (alert id, cluster) pairs tell the truth of `file`.

    Raises: Misuse where the file lacks a column, or says nothing of an alert.
    """
    known = _read(file)
    missing = [alert for alert, _ in clusters if alert not in known]
    if missing:
        raise Misuse(f"{file.name} says nothing of {missing[0]!r} ({len(missing)} in all)")
    told = evaluate([known[alert] for alert, _ in clusters], [cluster for _, cluster in clusters])
    return asdict(told)


def _read(file: Path) -> dict[str, Truth]:
    with opened(file) as lines:
        table = read_table(lines)
        lacking = [name for name in COLUMNS if name not in table.heads]
        if lacking:
            raise Misuse(f"{file.name} lacks {', '.join(lacking)}; columns: {', '.join(COLUMNS)}")
        return {row["alert_id"]: _truth(row, file) for row in table.rows}


def _truth(row: Mapping[str, str], file: Path) -> Truth:
    try:
        at = float(row["time"])
    except ValueError:
        raise Misuse(f"{file.name}: {row['time']!r} is no unix time") from None
    return Truth(
        at=at,
        host=row["host"],
        type=row["type"],
        step=row["step"],
        campaign=row["campaign"],
        is_noise=row["is_noise"] == "1",
    )
