"""Noisy and stormy sites of one company in one stream."""

from __future__ import annotations

from watchfloor.bench.grouping.labelled import Labelled, interleaved, moved
from watchfloor.bench.grouping.storms import storms

STORMS = 60
"""Faults in the days that a noisy estate has: about one every two hours."""


def mixed(noisy: Labelled, *, seed: int = 1, count: int = STORMS) -> Labelled:
    """Return the noisy stream with fault storms of other sites in its midst."""
    stormy = storms("all kinds", seed=seed, count=count)
    by = noisy.told[0].truth.at - stormy.told[0].truth.at
    end = noisy.told[-1].truth.at
    within = (told for told in moved(stormy.told, by) if told.truth.at <= end)
    told = interleaved(noisy.told, within)
    return Labelled(f"{noisy.name} and storms", told, stormy.inventories)
