"""What was counted, told in any order and in any parts."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.baselines.history import KEPT, UNKNOWN, History

COUNTED = st.dictionaries(st.integers(0, 2 * KEPT), st.integers(0, 10_000), max_size=30)


def known(history: History) -> Mapping[int, int]:
    return {history.first + at: int(n) for at, n in enumerate(history.counts) if n != UNKNOWN}


@settings(max_examples=40)
@given(COUNTED, st.data())
def test_it_does_not_depend_on_the_order_or_the_parts_in_which_hours_are_told(
    counted: dict[int, int], data: st.DataObject
) -> None:
    hours = data.draw(st.permutations(sorted(counted)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(hours)), max_size=3)))
    parted = History(0)
    for begin, end in zip([0, *cuts], [*cuts, len(hours)], strict=True):
        parted = parted.with_counts({hour: counted[hour] for hour in hours[begin:end]})

    newest = max(counted, default=0)
    assert known(parted) == known(History.of(counted))
    assert known(parted) == {h: n for h, n in counted.items() if h > newest - KEPT}


def test_an_hour_counted_anew_is_counted_once() -> None:
    history = History.of({5: 1, 7: 2}).with_counts({5: 4})

    assert history.counts.tolist() == [4, UNKNOWN, 2]
    assert history.until == 8
