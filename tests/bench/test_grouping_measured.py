"""Measuring itself: that figures come of the streams, and stand beside what is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from watchfloor.bench.grouping.answers import dedupe, ours
from watchfloor.bench.grouping.scores import Bar, row, scored
from watchfloor.bench.grouping.storms import storms
from watchfloor.cli.bench import command


def test_plain_dedupe_adds_nothing_to_itself() -> None:
    stream = storms("burst", count=2)
    score = scored(stream, "dedupe", dedupe(stream))

    assert score.final.cut == pytest.approx(0.0, abs=0.01)
    assert score.final.f1_tol < 0.1
    assert scored(stream, "ours", ours(stream)).final.f1_tol > 0.9


def test_a_mean_that_is_high_enough_does_not_excuse_a_stream_that_is_too_low() -> None:
    bar = Bar(0.9, 0.95, 0.8, 0.9)
    good, bad = (row("F", values, bar, "{:.2f}".format) for values in ([0.95, 0.9], [1.0, 0.79]))

    assert (good.ok, bad.ok) == (True, False)
    assert bad.measured == "0.90 (0.79)"
    assert (bad.least, bad.aim) == ("0.9 (0.8)", "0.95 (0.9)")


def test_where_less_is_better_the_worst_is_the_most() -> None:
    found = row("buried", [0.0, 0.1], Bar(0.06, is_most=True), "{:.2f}".format)

    assert (found.measured, found.ok) == ("0.05 (0.10)", True)


def test_one_regime_of_one_command_is_told_as_json_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "results.md"
    done = CliRunner().invoke(
        command, ["cluster", "--only", "storms", "--quick", "--json", "--out", str(out)]
    )
    [part] = json.loads(done.stdout)

    assert part["name"] == "storms"
    assert len(part["scores"]) == 5
    assert not out.exists()


def test_a_regime_that_is_not_there_is_refused_with_those_that_are() -> None:
    done = CliRunner().invoke(command, ["cluster", "--only", "weather"])

    assert "there is no 'weather'" in str(done.exception)
    assert "storms" in str(done.exception)
