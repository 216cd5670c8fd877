"""All regimes in one run: what is measured, in which order, and the tables that come of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from watchfloor.bench.grouping import answers, peers
from watchfloor.bench.grouping.labelled import Labelled
from watchfloor.bench.grouping.parts import MEASURES, Part, Tell
from watchfloor.bench.grouping.regimes import REGIMES, Extent
from watchfloor.bench.grouping.scores import Score, grouping_rows, scored

OURS = "Watchfloor"
PEERS = "peers"
NAMES = (*REGIMES, *MEASURES, PEERS)
_NEED_DATA = {"facility", "toolkit"} | {
    name for name, regime in REGIMES.items() if regime.needs_data
}
_Scores = dict[str, list[Score]]
"""By method."""


def measure(names: Sequence[str], extent: Extent, tell: Tell) -> Iterator[Part]:
    """Yield each part as it is done; those that need the data folder are left out without it.

    `peers` groups the streams of the regimes measured by the simple methods too; named alone, of
    all that are compared.
    """
    if list(names) == [PEERS]:
        names = (*peers.COMPARED, PEERS)
    compared: dict[str, _Scores] = {}
    for name in (name for name in NAMES if name in names and name != PEERS):
        if extent.data is None and name in _NEED_DATA:
            tell(f"{name}: left out, it needs --data")
            continue
        began = time.process_time()
        if name in MEASURES:
            yield MEASURES[name](extent, tell)
        else:
            scores = _score(name, extent, tell, beside=PEERS in names and name in peers.COMPARED)
            compared[name] = scores
            yield _part(name, scores[OURS])
        tell(f"{name}: {time.process_time() - began:.1f} s of processor")
    if PEERS in names:
        yield Part(PEERS, "beside simple methods", (), [peers.table(compared)])


def _score(name: str, extent: Extent, tell: Tell, *, beside: bool) -> _Scores:
    """Score the streams of a regime one after the other; only one of them is held at a time."""
    scores: _Scores = {OURS: []}
    for stream in REGIMES[name].streams(extent):
        ours = scored(stream, OURS, answers.ours(stream))
        tell(_line(stream, ours))
        scores[OURS].append(ours)
        for method, answer in peers.METHODS.items() if beside else ():
            scores.setdefault(method, []).append(scored(stream, method, answer(stream)))
    return scores


def _part(name: str, scores: Sequence[Score]) -> Part:
    regime = REGIMES[name]
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
