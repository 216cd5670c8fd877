"""All regimes in one run: what is measured, in which order, and the tables that come of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from watchfloor.bench.grouping import answers, dark_rows
from watchfloor.bench.grouping.labelled import Labelled
from watchfloor.bench.grouping.regimes import REGIMES, Extent, Regime
from watchfloor.bench.grouping.scores import Score, grouping_rows, scored
from watchfloor.bench.results import Row

OURS = "Watchfloor"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """One section of the results."""

    name: str
    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    scores: Sequence[Score] = field(default=())


def _darkness(extent: Extent, tell: Tell) -> Part:
    found = dark_rows.measure(is_quick=extent.is_quick)
    for nights in found.values():
        for night in nights:
            tell(
                f"{night.name}: {night.share:.3f} of it in one of {night.clusters} clusters,"
                f" {night.sites} sites, far ones: {', '.join(night.swallowed) or 'none'}"
            )
    return Part("darkness", "a town without power, feeders unknown", dark_rows.rows(found))


_OTHERS: dict[str, Callable[[Extent, Tell], Part]] = {"darkness": _darkness}
NAMES = (*REGIMES, *_OTHERS)


def measure(names: Sequence[str], extent: Extent, tell: Tell) -> Iterator[Part]:
    """Yield each part as it is done; those that need the data folder are left out without it."""
    for name in names:
        began = time.process_time()
        if name in _OTHERS:
            yield _OTHERS[name](extent, tell)
        elif extent.data is not None or not REGIMES[name].needs_data:
            yield _grouping(name, REGIMES[name], extent, tell)
        else:
            tell(f"{name}: left out, it needs --data")
            continue
        tell(f"{name}: {time.process_time() - began:.1f} s of processor")


def _grouping(name: str, regime: Regime, extent: Extent, tell: Tell) -> Part:
    scores = []
    for stream in regime.streams(extent):
        score = scored(stream, OURS, answers.ours(stream))
        tell(_line(stream, score))
        scores.append(score)
    return Part(name, regime.title, grouping_rows(scores, regime.bars), (), scores)


def _line(stream: Labelled, score: Score) -> str:
    told = score.final
    return (
        f"{score.stream}: {told.reports:,} reports, {told.clusters:,} clusters,"
        f" F1tol {told.f1_tol:.3f} (p {told.precision:.3f} r {told.recall:.3f}),"
        f" U {told.u:.3f}, buried {told.buried:.3f}, hidden {told.hidden_major_campaigns}"
        f"/{told.hidden_major_steps}, noise tickets {told.noise_tickets_per_day:.1f}/day,"
        f" span {told.longest_span / 3600:.1f} h, {len(stream.told) / score.cpu:,.0f}/s"
    )
