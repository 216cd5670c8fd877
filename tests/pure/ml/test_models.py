from __future__ import annotations

import random
import subprocess
import sys
from math import exp, nan

import numpy as np
import pytest
import xgboost

from watchfloor.aiops.errors import ModelError, ShapeError
from watchfloor.aiops.ml.artifact import Artifact, Card, unpack
from watchfloor.aiops.ml.calibration import Platt, fit_platt
from watchfloor.aiops.ml.fitting import fit, library
from watchfloor.aiops.ml.schema import Feature, FeatureSchema
from watchfloor.aiops.ml.trees import Trees

TWO = FeatureSchema(1, (Feature("gap", "s", -1), Feature("likeness", "share", 1)))


def rows(count: int = 400) -> tuple[list[list[float]], list[bool]]:
    draw = random.Random(7)  # noqa: S311
    made = [[draw.random(), draw.random()] for _ in range(count)]
    return made, [like > gap + draw.gauss(0.0, 0.1) for gap, like in made]


def artifact() -> Artifact:
    made, labels = rows()
    card = Card("test", TWO, Platt(1.5, -0.25), 0.9, library(), trained={"rows": len(made)})
    return Artifact(card, fit(TWO, made, labels, [1.0] * len(made)))


def test_a_model_goes_to_bytes_and_back() -> None:
    made = artifact()

    back = unpack(made.pack(), TWO)

    assert back == made
    assert back.sha256 == made.sha256


def test_the_same_training_gives_the_same_bytes() -> None:
    assert artifact().pack() == artifact().pack()


@pytest.mark.parametrize("place", [0, 30, 100, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    data = bytearray(artifact().pack())
    data[place] ^= 1

    with pytest.raises(ModelError):
        unpack(bytes(data), TWO)


def test_a_model_of_other_features_is_refused() -> None:
    turned = FeatureSchema(1, TWO.features[::-1])
    newer = FeatureSchema(2, TWO.features)

    for other in (turned, newer):
        with pytest.raises(ModelError, match="train again"):
            unpack(artifact().pack(), other)


def test_trees_that_are_none_are_refused() -> None:
    with pytest.raises(ModelError):
        Trees(b"no trees")


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ShapeError):
        fit(TWO, [[1.0]], [True], [1.0])


def test_trees_keep_to_the_trends_and_tell_right_from_wrong() -> None:
    trees = Trees(artifact().trees)

    by_gap = trees.margins([[gap / 10, 0.5] for gap in range(11)])
    by_likeness = trees.margins([[0.5, like / 10] for like in range(11)])

    assert by_gap == sorted(by_gap, reverse=True)
    assert by_likeness == sorted(by_likeness)
    assert by_gap[0] > 1.0 > -1.0 > by_gap[-1]


def test_they_are_walked_as_the_library_walks_them() -> None:
    made = artifact()
    asked, _ = rows(300)
    asked += [[nan, 0.5], [0.5, nan], [nan, nan]]
    booster = xgboost.Booster(model_file=bytearray(made.trees))
    table = np.array(asked, dtype=np.float32)
    wanted = booster.predict(xgboost.DMatrix(table), output_margin=True)
    parts = booster.predict(xgboost.DMatrix(table), pred_contribs=True, approx_contribs=True)
    trees = Trees(made.trees)

    assert trees.margins(table.tolist()) == pytest.approx(wanted.tolist(), abs=1e-5)
    for row, own in zip(table.tolist(), parts.tolist(), strict=True):
        assert trees.contributions(row) == pytest.approx(own, abs=1e-4)


def test_contributions_add_up_to_the_margin() -> None:
    trees = Trees(artifact().trees)
    row = [0.2, 0.9]

    assert sum(trees.contributions(row)) == pytest.approx(trees.margins([row])[0], abs=1e-9)


def test_a_calibrated_probability_can_be_taken_at_its_word() -> None:
    draw = random.Random(3)  # noqa: S311
    margins = [draw.uniform(-4.0, 4.0) for _ in range(4000)]
    labels = [draw.random() < 1.0 / (1.0 + exp(-(0.5 * m - 1.0))) for m in margins]

    found = fit_platt(margins, labels)

    assert found.slope == pytest.approx(0.5, abs=0.06)
    assert found.offset == pytest.approx(-1.0, abs=0.1)


def test_margins_that_say_the_contrary_are_not_believed() -> None:
    margins = [float(n % 10) for n in range(100)]

    found = fit_platt(margins, [margin < 5.0 for margin in margins])

    assert found.probability(0.0) == found.probability(9.0) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("wrong", [0, 1, 7])
def test_margins_far_out_are_calibrated_as_well(wrong: int) -> None:
    margins = [9.0] * 500 + [-9.0] * 12
    labels = [n >= wrong for n in range(500)] + [False] * 12

    found = fit_platt(margins, labels)

    assert found.probability(9.0) == pytest.approx(1.0 - wrong / 500, abs=0.01)
    assert found.probability(-9.0) == pytest.approx(1 / 14, abs=0.08)


def test_few_labels_do_not_make_it_sure() -> None:
    found = fit_platt([-1.0, 1.0, 2.0], [False, True, True])

    assert 0.5 < found.probability(2.0) < 0.97


def test_the_core_is_imported_without_any_library_of_models() -> None:
    code = (
        "import sys, watchfloor.aiops.stream, watchfloor.aiops.clustering.learned;"
        "print([name for name in ('xgboost', 'scipy', 'numpy') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
