"""Importing without looking for cycles: what a module holds, a process holds to its end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """Leave the collector off until the block is left, and all that is there by then out of it.

    At every 700 new objects it would walk young ones that are all still in use, and now and then
    half a million: a quarter of what it takes to import the web process.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
