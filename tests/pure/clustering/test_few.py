from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.clustering.few import Few, number_of, sum_of, with_more, with_number

NAMES = st.sampled_from(["door", "gate", "lift"])
NUMBERS = st.lists(st.tuples(NAMES, st.floats(0.0, 1e6)), max_size=8)


@given(NUMBERS)
def test_few_numbers_answer_as_a_dict_does(given: list[tuple[str, float]]) -> None:
    few: Few = None
    plain: dict[str, float] = {}
    for name, number in given:
        few, plain[name] = with_number(few, name, number), number
    assert [number_of(few, name) for name in ("door", "gate", "lift")] == [
        plain.get(name, 0.0) for name in ("door", "gate", "lift")
    ]
    assert sum_of(few) == sum(plain.values())


@given(NUMBERS)
def test_what_is_added_adds_up_by_name(given: list[tuple[str, float]]) -> None:
    few: Few = None
    for name, number in given:
        few = with_more(few, name, number)
    for name in ("door", "gate", "lift"):
        told = sum(number for known, number in given if known == name)
        assert number_of(few, name) == pytest.approx(told)


def test_one_number_alone_is_no_dict() -> None:
    assert with_number(with_number(None, "door", 1.0), "door", 2.0) == ("door", 2.0)
