"""What is loaded is never looked through for cycles; what is made afterwards is."""

import gc
from weakref import ref

import pytest

from watchfloor.cli.loading import without_collecting


class Kept:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


def test_nothing_is_collected_meanwhile_and_cycles_are_again_afterwards() -> None:
    with without_collecting():
        assert not gc.isenabled()
    later = ref(Kept())
    gc.collect()

    assert gc.isenabled()
    assert later() is None


def test_a_fault_leaves_the_collector_on() -> None:
    with pytest.raises(ImportError), without_collecting():
        raise ImportError

    assert gc.isenabled()
