from __future__ import annotations

import csv
import gzip
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from watchfloor.aiops.errors import ShapeError
from watchfloor.aiops.evaluation.clusters import Truth, dedupe_count, evaluate

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def attack(minute: float, host: str, campaign: str = "break-in", step: str = "") -> Truth:
    return Truth(60.0 * minute, host, "ALARM", step or f"{campaign}/scan", campaign)


def noise(minute: float, host: str = "printer") -> Truth:
    return Truth(60.0 * minute, host, "JAM", is_noise=True)


THREE = [attack(0, "a"), attack(1, "b"), attack(2, "c")]


def test_what_is_whole_and_pure_scores_one() -> None:
    report = evaluate([*THREE, noise(0), noise(90)], [1, 1, 1, 2, 3])

    assert (report.precision, report.recall, report.f1_tol) == (1.0, 1.0, 1.0)
    assert report.buried == 0.0
    assert report.hidden_campaigns == ()


def test_an_incident_scattered_over_clusters_loses_recall_only() -> None:
    report = evaluate(THREE, [1, 2, 3])

    assert report.precision == 1.0
    assert report.recall == pytest.approx(1 / 3)
    assert report.cut == 0.0
    assert report.u == 0.0


def test_lumping_all_into_one_cluster_buries_what_is_true() -> None:
    truth = [*THREE, *[noise(40 * n, f"printer-{n}") for n in range(9)]]
    report = evaluate(truth, ["all"] * len(truth))

    assert report.precision == pytest.approx(3 / 12)
    assert report.recall == 1.0
    assert report.buried == 1.0
    assert report.hidden_campaigns == ("break-in",)
    assert report.hidden_major_campaigns == 1
    assert report.largest_share == 1.0


def test_merging_or_separating_the_steps_of_a_campaign_costs_nothing() -> None:
    truth = [attack(n, f"h{n}", step="scan" if n < 4 else "crack") for n in range(6)]

    merged, separate = evaluate(truth, [1] * 6), evaluate(truth, [1, 1, 1, 1, 2, 2])
    assert merged.f1_tol == separate.f1_tol == 1.0
    assert merged.hidden_steps == ("crack",)


def test_a_storm_of_one_signal_weighs_as_much_as_one_report_of_another() -> None:
    storm = [attack(n / 60, "loud") for n in range(100)]
    report = evaluate([*storm, attack(1, "quiet")], [1] * 100 + [2])

    assert report.recall == pytest.approx(0.5)


def test_what_is_ambiguous_counts_for_the_cut_only() -> None:
    unclear = Truth(60.0, "x", "ODD")
    report = evaluate([*THREE, unclear], [1, 1, 1, 1])

    assert report.precision == 1.0
    assert report.cut == pytest.approx(1 - 1 / 4)


def test_incidents_of_one_or_two_reports_stay_out_of_the_means() -> None:
    blip = [attack(0, "z", "blip"), attack(1, "y", "blip")]
    report = evaluate([*THREE, *blip], [1, 1, 1, 2, 3])

    assert report.recall == 1.0
    assert report.hidden_major_campaigns == 0


def test_a_report_without_cluster_is_alone_and_counted() -> None:
    report = evaluate(THREE, [1, 1, None])

    assert (report.unassigned, report.clusters) == (1, 2)


def test_a_cluster_without_any_step_is_a_ticket_for_nothing() -> None:
    day = 24 * 60
    report = evaluate([*THREE, noise(0), noise(day, "lift"), noise(2 * day)], [1, 1, 1, 1, 2, 3])

    assert report.noise_tickets_per_day == pytest.approx(2 / 2)


def test_plain_dedupe_begins_anew_after_a_quiet_half_hour() -> None:
    assert dedupe_count([noise(0), noise(30), noise(61)]) == 2


def test_truth_and_answer_must_be_of_one_length() -> None:
    with pytest.raises(ShapeError):
        evaluate(THREE, [1, 2])
    with pytest.raises(ShapeError):
        evaluate([], [])


@pytest.mark.data
@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not here")
@pytest.mark.parametrize("minutes", [5, 60])
def test_it_agrees_with_the_independent_scorer(minutes: int) -> None:
    pandas = pytest.importorskip("pandas")
    path = DATA / "ait_ads" / "russellmitchell.truth.csv.gz"
    with gzip.open(path, "rt") as file:
        rows = list(csv.DictReader(file))[-15_000:]
    clusters = [f"{row['host']}@{float(row['time']) // (60 * minutes)}" for row in rows]
    truth = [
        Truth(
            float(r["time"]), r["host"], r["type"], r["step"], r["campaign"], r["is_noise"] == "1"
        )
        for r in rows
    ]
    frame = pandas.DataFrame(rows).astype({"time": float, "is_noise": int})
    answer = pandas.DataFrame({"alert_id": frame.alert_id, "cluster_id": clusters})

    theirs = _scorer().score(frame, answer)
    ours = evaluate(truth, clusters)

    assert ours.clusters == theirs["clusters"]
    assert ours.dedupe_clusters == theirs["dedupe_clusters"]
    assert ours.precision == pytest.approx(theirs["b3p_camp"])
    assert ours.recall == pytest.approx(theirs["b3r_step"])
    assert ours.f1_tol == pytest.approx(theirs["b3_f1_tol"])
    assert ours.u == pytest.approx(theirs["U"])
    assert ours.buried == pytest.approx(theirs["buried_alerts"])
    assert list(ours.hidden_steps) == theirs["hidden_step_names"]
    assert ours.hidden_major_campaigns == theirs["hidden_major_campaigns"]
    assert ours.longest_span / 3600 == pytest.approx(theirs["max_span_h"])
    assert ours.ari == pytest.approx(theirs["ari_step"])
    assert ours.noise_tickets_per_day == pytest.approx(theirs["noise_only_clusters_per_day"])
    assert ours.unassigned == theirs["unassigned"]


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorer", DATA / "scorers" / "alert_scorer.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
