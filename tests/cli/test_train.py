"""`watchfloor train clustering` on a file, and the models of a floor."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor
from tests.pure.training.streams import estate
from watchfloor.cli.main import run


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An estate's alerts, and what an operator said of each."""
    folder = tmp_path_factory.mktemp("estate")
    alerts, labels = folder / "alerts.csv", folder / "labels.csv"
    views, incidents = estate(chatty=0.1)
    with alerts.open("w", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(["id", "timestamp", "alert_type", "site", "device", "severity", "message"])
        rows.writerows(
            [view.report_id, view.at, view.alert_type, view.site, view.entity, "HIGH", view.message]
            for view in views
        )
    with labels.open("w", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(["alert_id", "incident"])
        rows.writerows(incidents.items())
    return alerts, labels


@pytest.fixture(scope="module")
def model(recorded: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    alerts, labels = recorded
    out = tmp_path_factory.mktemp("model") / "adviser.model"
    status = run(
        ["train", "clustering", "--from", str(alerts), "--labels", str(labels), "--out", str(out)]
    )
    assert status == 0
    return out


def test_the_gates_figures_are_printed(
    recorded: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    alerts, labels = recorded

    assert run(["train", "clustering", "--from", str(alerts), "--labels", str(labels)]) == 0
    told = capsys.readouterr().out
    assert "it advises" in told
    assert "tickets for nothing" in told

    assert (
        run(["train", "clustering", "--from", str(alerts), "--labels", str(labels), "--json"]) == 0
    )
    gate = json.loads(capsys.readouterr().out)["gate"]
    assert gate["passes"] is True
    assert gate["adviser"]["f1"] > gate["rules"]["f1"]


def test_training_again_writes_the_same_bytes(
    recorded: tuple[Path, Path], model: Path, tmp_path: Path
) -> None:
    alerts, labels = recorded
    again = tmp_path / "again.model"
    options = ["--from", str(alerts), "--labels", str(labels), "--out", str(again)]

    assert run(["train", "clustering", *options]) == 0

    assert again.read_bytes() == model.read_bytes()


def test_backtest_asks_the_adviser_of_a_file(
    recorded: tuple[Path, Path], model: Path, tmp_path: Path
) -> None:
    alerts, _ = recorded
    figures = []
    for name, options in (("with", ["--adviser", str(model)]), ("without", [])):
        out, report = tmp_path / f"{name}.csv", tmp_path / f"{name}.json"
        paths = ["--out", str(out), "--report", str(report)]
        assert run(["backtest", str(alerts), *paths, *options]) == 0
        figures.append(json.loads(report.read_text()))

    assert figures[0]["clusters"] < 0.9 * figures[1]["clusters"]


def test_without_labels_it_is_said_that_there_are_too_few(
    recorded: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", "clustering", "--from", str(recorded[0])]) == 1
    assert "rules decide alone" in capsys.readouterr().err


def test_misuse_is_told(
    recorded: tuple[Path, Path], model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alerts, _ = recorded
    faulty, dust = tmp_path / "faulty.csv", tmp_path / "dust.model"
    faulty.write_text("alert_id\n")
    dust.write_bytes(model.read_bytes()[:-1])

    assert run(["train", "clustering", "--labels", str(faulty)]) == 2
    assert "go with --from" in capsys.readouterr().err
    assert run(["train", "clustering", "--from", str(alerts), "--labels", str(faulty)]) == 2
    assert "lacks incident" in capsys.readouterr().err
    assert run(["train", "clustering", "--from", str(alerts), "--tenant", "else"]) == 2
    out = str(tmp_path / "o.csv")
    assert run(["backtest", str(alerts), "--out", out, "--adviser", str(dust)]) == 2
    assert "were changed" in capsys.readouterr().err


def test_a_floor_without_labels_trains_nothing_and_lists_nothing(
    running: RunningFloor, environment: dict[str, str]
) -> None:
    home = ("--home", str(running.home))
    watchfloor("tenant", "create", "untrained", *home, env=environment)
    there = (*home, "--tenant", "untrained")

    trained = watchfloor("train", "clustering", *there, env=environment)
    listed = watchfloor("models", "list", "--json", *there, env=environment)
    promoted = watchfloor("models", "promote", "abc", *there, env=environment)
    back = watchfloor("models", "rollback", *there, env=environment)

    assert (trained.returncode, trained.stdout) == (1, "")
    assert "rules decide alone" in trained.stderr
    assert json.loads(listed.stdout) == []
    assert promoted.returncode == 2
    assert "no model 'abc'" in promoted.stderr
    assert back.returncode == 2
    assert "nothing to roll back" in back.stderr


@pytest.mark.parametrize("part", ["web", "pipeline", "worker"])
def test_no_part_of_a_floor_imports_the_library_of_models_at_its_start(
    part: str, environment: dict[str, str]
) -> None:
    code = (
        "import importlib, sys;"
        "[importlib.import_module(f'watchfloor.cli.{name}')"
        f" for name in ('lean', 'django_ready', '{part}')];"
        "importlib.import_module('watchfloor.config.urls');"
        "print([name for name in ('xgboost', 'scipy') if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )

    assert done.stdout.strip() == "[]", done.stderr
