from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from watchfloor.aiops.errors import ShapeError
from watchfloor.aiops.evaluation.agreement import adjusted_rand, prefix_check

SCORER = Path(__file__).resolve().parents[4] / "shared" / "data" / "scorers" / "prefix_check.py"


def test_names_do_not_matter_for_agreement() -> None:
    assert adjusted_rand(["a", "a", "b"], [7, 7, 3]) == 1.0


def test_all_in_one_agrees_no_better_than_chance() -> None:
    assert adjusted_rand([1, 1, 2, 2], [0, 0, 0, 0]) == 0.0


def test_half_right_is_between() -> None:
    assert adjusted_rand([1, 1, 1, 2, 2, 2], [1, 1, 2, 2, 2, 2]) == pytest.approx(0.32432432)


def test_groupings_of_different_things_cannot_be_compared() -> None:
    with pytest.raises(ShapeError):
        adjusted_rand([1], [1, 2])


def test_a_cluster_that_later_reports_part_is_split_and_two_made_one_are_merged() -> None:
    parted = prefix_check(["a", "a", "b", "c"], [1, 2, 3, 4])
    joined = prefix_check(["a", "b", "c", "c"], [1, 1, 2, 2])

    assert (parted.split, parted.merged) == (0.5, 0.0)
    assert (joined.split, joined.merged) == (0.0, 0.5)
    assert prefix_check(["a", "b"], [1, 2]).ari == 1.0


@pytest.mark.data
@pytest.mark.skipif(not SCORER.exists(), reason="the shared data is not here")
def test_it_agrees_with_the_independent_check(tmp_path: Path) -> None:
    rng = Random(5)  # noqa: S311
    alone = [f"a{rng.randrange(40)}" for _ in range(400)]
    whole = [name if rng.random() < 0.99 else f"a{rng.randrange(50)}" for name in alone]
    files = [_written(tmp_path / name, of) for name, of in (("f.csv", whole), ("p.csv", alone))]
    said = subprocess.run(
        [sys.executable, SCORER, *files], capture_output=True, text=True, check=True
    ).stdout
    ari, split, merged = (float(value) for value in re.findall(r"[a-zRI] (-?[\d.]+)", said)[1:])
    ours = prefix_check(alone, whole)

    assert ours.ari == pytest.approx(ari, abs=1e-5)
    assert ours.split == pytest.approx(split, abs=1e-5)
    assert ours.merged == pytest.approx(merged, abs=1e-5)


def _written(file: Path, clusters: list[str]) -> Path:
    with file.open("w", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(["alert_id", "cluster_id"])
        rows.writerows((f"r{number}", name) for number, name in enumerate(clusters))
    return file
