from __future__ import annotations

import pytest

from watchfloor.aiops.errors import ShapeError
from watchfloor.aiops.evaluation.agreement import adjusted_rand, prefix_check


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
