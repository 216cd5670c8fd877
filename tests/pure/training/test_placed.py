"""What an adviser placed is a trial each: a figure that rose by luck does not pass."""

from __future__ import annotations

import pytest

from watchfloor.aiops.training.examples import NOISE, LabelledPair
from watchfloor.aiops.training.placed import Fared, by_labels, by_pairs, may_be_luck


@pytest.mark.parametrize(("right", "wrong"), [(0, 0), (4, 0), (2, 2), (7, 2), (3, 40)])
def test_what_a_coin_does_as_well_may_be_luck(right: int, wrong: int) -> None:
    assert may_be_luck(Fared(right, wrong))


@pytest.mark.parametrize(("right", "wrong"), [(5, 0), (8, 1), (40, 3), (2000, 100)])
def test_what_a_coin_hardly_does_is_none(right: int, wrong: int) -> None:
    assert not may_be_luck(Fared(right, wrong))


def test_placed_is_right_what_is_of_one_incident_with_most_of_its_cluster() -> None:
    clusters = [1, 1, 1, 1, 2, 2, 3, 3]
    labels = ["leak", "leak", "leak", "fire", "fire", "fire", NOISE, NOISE]

    assert by_labels([1, 4], clusters, labels) == Fared(2, 0)
    assert by_labels([3], clusters, labels) == Fared(0, 1)
    assert by_labels([7], clusters, labels) == Fared(1, 0)


def test_what_is_alone_or_at_odds_or_unknown_says_nothing() -> None:
    assert by_labels([0], [1], ["leak"]) == Fared()
    assert by_labels([0], [1, 1, 1], ["leak", "leak", "fire"]) == Fared()
    assert by_labels([0], [1, 1], [None, "leak"]) == Fared()


def test_without_labels_pairs_say_what_is_right() -> None:
    pairs = [
        LabelledPair("a", "b", True),
        LabelledPair("c", "b", False),
        LabelledPair("d", "a", False),
    ]

    found = by_pairs([1, 2, 3], [1, 1, 1, 2], ["a", "b", "c", "d"], pairs)

    assert found == Fared(0, 1)  # of b one says yes and one says no; d is elsewhere
