"""Python's cycle collector during a rehearsal, which makes no cycles but fills the memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 50_000


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Have the process look for cycles seldom, until the block is left.

    Every 700 new objects, as it does by itself, it walks lists and dicts that are all still in
    use: a tenth of the time that a rehearsal takes. Others in the process make cycles all the
    same, so it is not switched off.
    """
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
