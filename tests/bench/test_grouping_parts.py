"""What is measured beside the regimes' streams: honesty, pace, a year, a hundred alerts."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from watchfloor.aiops.evaluation.agreement import adjusted_rand
from watchfloor.bench.grouping import answers, facility, honesty, pace, recorded, related, year
from watchfloor.bench.grouping.dark_rows import Night, rows
from watchfloor.bench.grouping.estate import estate
from watchfloor.bench.grouping.storms import storms
from watchfloor.cli.backtest import command as backtest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here"),
]


def test_the_first_half_is_grouped_alike_alone_and_within_the_whole() -> None:
    found = honesty.check(estate(1, days=2))

    assert found.applied.ari == 1.0
    assert (found.applied.split, found.final.split) == (0.0, 0.0)


def test_a_hundred_alerts_are_a_hundred_of_as_many_causes_as_asked() -> None:
    for causes in (1, 10):
        stream = related.related(3, causes)
        true = [told for told in stream.told if told.truth.step]
        alerts = {(told.truth.host, told.truth.type) for told in true}

        assert len(alerts) == 100
        assert len({told.truth.step for told in true}) == causes
        assert len(stream.told) > len(true) + 20


def test_all_new_reports_are_each_of_another_alert() -> None:
    reports = list(pace.all_new(500))

    assert len({(r.entity_id, r.alert_type) for r in reports}) == 500


def test_a_year_has_1_8_million_reports_in_order_and_a_day_holds_its_own() -> None:
    days = list(islice(year.days(), 4))
    flat = [report.timestamp or 0.0 for day in days for report in day]
    per_day = sum(map(len, days[1:])) / 3

    assert flat == sorted(flat)
    assert 1_700_000 < per_day * 365 < 1_900_000
    assert len({r.site for day in days for r in day}) > 400
    assert [r.timestamp for r in next(year.days())] == [r.timestamp for r in days[0]]


def test_a_short_rehearsal_is_scaled_to_a_year_and_says_so() -> None:
    [first, *_] = year.rows(year.measure(count=2))

    assert "scaled to a year" in first.what
    assert float(first.measured) > 0


def test_a_night_with_a_far_site_in_it_fails_however_whole_it_is() -> None:
    whole = Night("one", 0.97, 12, 2, ("far",))
    torn = Night("two", 0.90, 11, 5, ())
    found = {row.what: row for row in rows({"plain": [whole, torn]})}

    assert found["12 sites dark, one incident"].measured == "1 of 2"
    assert not found["12 sites dark, one incident"].ok
    assert not found["far sites in it"].ok


def test_an_incident_of_two_tenants_bounds_the_score_of_a_whole_file_and_of_no_tenant() -> None:
    stream = storms("power", count=3)
    told = [replace(one, tenant=f"t{len(one.report.site) % 2}") for one in stream.told]
    run = facility.Run(replace(stream, told=told), {})
    right = [f"{one.tenant} {one.truth.step}" for one in told]
    found = facility.score(run, answers.Answer(right, right, 0.0))

    assert [one.ari for one in found.tenants] == [1.0, 1.0]
    assert found.tenants_ari == 1.0
    assert found.final.ari == found.most_ari < 0.9


class TestRecordedRuns:
    pytestmark = needs_data

    def test_a_run_has_its_tenants_and_its_own_truth(self) -> None:
        run = next(facility.runs(DATA))
        found = facility.score(run, answers.dedupe(run.stream))

        assert len(run.stream.inventories) == 2
        assert found.final.incidents > 100
        assert found.final.clusters_per_incident > 2

    @pytest.mark.parametrize("is_known", [True, False])
    def test_measuring_groups_as_backtest_does(self, tmp_path: Path, is_known: bool) -> None:
        run = next(facility.runs(DATA))
        stream = run.stream if is_known else run.stream.without_inventory()
        folder, out = DATA / facility.RUNS / run.stream.name, tmp_path / "clusters.csv"
        world = ["--inventory", str(folder / "world.json.gz")] if is_known else []
        done = CliRunner().invoke(backtest, [str(folder), *world, "--out", str(out)])
        assert done.exit_code == 0, done.output
        with out.open() as lines:
            theirs = {row["alert_id"]: row["cluster_id"] for row in csv.DictReader(lines)}
        ids = [told.report.event_id for told in stream.told]

        assert adjusted_rand(answers.ours(stream).applied, [theirs[i] for i in ids]) == 1.0
        assert json.loads(done.stdout)["reports"] == len(ids)


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here")
def test_recorded_attacks_are_grouped_as_backtest_does(tmp_path: Path) -> None:
    stream = next(recorded.attacks(DATA))
    file = DATA / recorded.SCENARIOS / f"{stream.name}.alerts.csv.gz"
    columns = "id=alert_id,timestamp=time,alert_type=type,entity=host,source=detector"
    out = tmp_path / "clusters.csv"
    done = CliRunner().invoke(backtest, [str(file), "--map", columns, "--out", str(out)])
    assert done.exit_code == 0, done.output
    with out.open() as lines:
        theirs = {row["alert_id"]: row["cluster_id"] for row in csv.DictReader(lines)}
    ids = [told.report.event_id for told in stream.told]

    assert adjusted_rand(answers.ours(stream).applied, [theirs[i] for i in ids]) == 1.0
