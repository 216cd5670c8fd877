"""The bars on recorded streams, through the clusterer alone; truth is for the scoring only."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.evaluation.clusters import Truth, evaluate
from watchfloor.aiops.types import Signal

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "ait_ads"
SILENCE = 86_400.0

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.exists(), reason="the shared data is not here"),
]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / name, "rt") as file:
        yield from csv.DictReader(file)


def _reports(scenario: str) -> Iterator[ReportView]:
    lives: dict[tuple[str, str], tuple[str, float]] = {}
    for row in _rows(f"{scenario}.alerts.csv.gz"):
        at, key = float(row["time"]), (row["host"], row["type"])
        life, last = lives.get(key, (row["alert_id"], at))
        lives[key] = (life if at - last <= SILENCE else row["alert_id"], at)
        yield ReportView(
            row["alert_id"],
            lives[key][0],
            at,
            Signal.FIRING,
            row["type"],
            entity=row["host"],
            site=row["site"],
            expires_at=at + SILENCE,
        )


def _truth(scenario: str) -> list[Truth]:
    return [
        Truth(
            float(row["time"]),
            row["host"],
            row["type"],
            row["step"],
            row["campaign"],
            row["is_noise"] == "1",
        )
        for row in _rows(f"{scenario}.truth.csv.gz")
    ]


def _clusters(reports: Iterator[ReportView]) -> list[int]:
    clusterer = OnlineClusterer()
    answers = (clusterer.apply(report) for report in reports)
    return [answer.cluster for answer in answers if answer is not None]


@pytest.mark.parametrize("scenario", ["fox.cap30", "russellmitchell", "wardbeck", "wheeler.cap30"])
def test_attacks_are_found_whole_in_the_noise_of_an_estate(scenario: str) -> None:
    result = evaluate(_truth(scenario), _clusters(_reports(scenario)))

    assert result.f1_tol >= 0.94
    assert result.u >= 0.90
    assert result.buried <= 0.08
    assert result.hidden_major_campaigns == 0
    assert result.longest_span <= 86_400.0


def test_a_signal_that_stays_on_for_two_days_hides_nothing() -> None:
    scenario = "russellmitchell"
    reports, truth = list(_reports(scenario)), _truth(scenario)
    victim = max((one.host for one in truth if one.step), key=len)
    begin = reports[0].at + 60 * 3600
    noise = [
        (begin + 45.0 * n, ReportView(f"x{n}", "x", begin + 45.0 * n, Signal.FIRING, "HUM",
         entity=victim, site=reports[0].site))
        for n in range(int(2 * 86_400 / 45))
    ]  # fmt: skip
    both = [
        *zip(reports, truth, strict=True),
        *((report, Truth(at, victim, "HUM", is_noise=True)) for at, report in noise),
    ]
    both.sort(key=lambda pair: pair[0].at)
    result = evaluate([one for _, one in both], _clusters(report for report, _ in both))

    assert result.f1_tol >= 0.94
    assert result.buried <= 0.08
    assert result.hidden_major_campaigns == 0
