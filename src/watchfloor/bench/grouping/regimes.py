"""The regimes in which grouping is measured, and what is asked in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from watchfloor.bench.grouping import recorded
from watchfloor.bench.grouping.estate import estate
from watchfloor.bench.grouping.labelled import Labelled
from watchfloor.bench.grouping.lasting import VARIANTS, with_lasting
from watchfloor.bench.grouping.mixed import mixed
from watchfloor.bench.grouping.scores import Bar
from watchfloor.bench.grouping.storms import SETS, storms


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured: `data` is the folder of recorded streams, if there is one."""

    data: Path | None = None
    is_quick: bool = False
    is_alone: bool = False
    """Only one regime was asked for, so it may take its time."""


@dataclass(frozen=True, slots=True)
class Regime:
    """Streams whose grouping is scored alike. `bars` are by the names of `scores.FIGURES`."""

    title: str
    streams: Callable[[Extent], Iterator[Labelled]]
    bars: dict[str, Bar]
    needs_data: bool = False


def _recorded(extent: Extent) -> Iterator[Labelled]:
    if extent.data is not None:
        for number, stream in enumerate(recorded.attacks(extent.data)):
            if not extent.is_quick or number < 2:
                yield stream


def _estates(extent: Extent) -> Iterator[Labelled]:
    for seed in range(1, 2 if extent.is_quick else 5):
        yield estate(seed)


def _lasting_recorded(extent: Extent) -> Iterator[Labelled]:
    for stream in _recorded(extent):
        for variant in VARIANTS:
            yield with_lasting(stream, variant)


def _lasting_estates(extent: Extent) -> Iterator[Labelled]:
    for stream in _estates(extent):
        for variant in VARIANTS:
            yield with_lasting(stream, variant)


def _storms(extent: Extent) -> Iterator[Labelled]:
    for name in SETS:
        yield storms(name, count=8 if extent.is_quick else 24)


def _storms_unknown(extent: Extent) -> Iterator[Labelled]:
    return (stream.without_inventory() for stream in _storms(extent))


def _interleaved(extent: Extent) -> Iterator[Labelled]:
    noisy = [estate(1)] if extent.is_quick else [estate(1), estate(2)]
    if extent.data is not None:
        noisy += next(([first] for first in recorded.attacks(extent.data)), [])
    for stream in noisy:
        yield mixed(stream, count=20 if extent.is_quick else 60)


_ATTACKS = {
    "F1tol": Bar(0.94, 0.97, 0.90, 0.95),
    "U": Bar(0.90, 0.94),
    "buried": Bar(0.06, 0.04, is_most=True),
    "hidden_major, campaigns": Bar(worst=0, worst_aim=0, is_most=True),
    "noise tickets a day": Bar(45, 20, is_most=True),
    "unassigned": Bar(worst=0, worst_aim=0, is_most=True),
}
_LASTING = {
    "F1tol": Bar(0.90, 0.96, 0.80, 0.93),
    "buried": Bar(0.10, 0.05, is_most=True),
}
_STORMS = {
    "F1tol": Bar(None, None, 0.95, 0.99),
    "U": Bar(None, None, 0.95, 0.985),
    "hidden_major, campaigns": Bar(worst=1, worst_aim=0, is_most=True),
}
_INTERLEAVED = {
    "F1tol": Bar(0.95, 0.985),
    "U": Bar(0.95, 0.98),
    "noise tickets a day": Bar(25, 10, is_most=True),
}

REGIMES = {
    "attacks": Regime("attacks in recorded noise", _recorded, _ATTACKS, needs_data=True),
    "estates": Regime("attacks in made noise", _estates, _ATTACKS),
    "lasting": Regime(
        "recorded attacks beside a signal of two days", _lasting_recorded, _LASTING,
        needs_data=True,
    ),
    "lasting-estates": Regime(
        "made attacks beside a signal of two days", _lasting_estates, _LASTING
    ),
    "storms": Regime("fault storms, topology known", _storms, _STORMS),
    "storms-unknown": Regime("fault storms, no topology", _storms_unknown, {"F1tol": Bar()}),
    "interleaved": Regime("noisy and stormy sites in one stream", _interleaved, _INTERLEAVED),
}  # fmt: skip
