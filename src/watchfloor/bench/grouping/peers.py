"""The same streams, grouped by the simple methods: one table that says who does well where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean

from watchfloor.bench.grouping import answers
from watchfloor.bench.grouping.answers import Answer
from watchfloor.bench.grouping.cosine import cosine
from watchfloor.bench.grouping.labelled import Labelled
from watchfloor.bench.grouping.scores import Score

METHODS: dict[str, Callable[[Labelled], Answer]] = {
    "the specification's cosine, as written": cosine,
    "exact de-duplication, 30 minutes": answers.dedupe,
    "same host, 30-minute gap": answers.same_host,
    "same site, 60-second gap": answers.same_site,
}
COMPARED = ("attacks", "estates", "lasting", "storms", "interleaved")
"""The regimes of the table, in its order; those of them that were measured."""
_FIGURES: dict[str, tuple[Callable[[Score], float], str]] = {
    "F1tol": (lambda score: score.final.f1_tol, ".2f"),
    "U": (lambda score: score.final.u, ".2f"),
    "buried": (lambda score: score.final.buried, ".2f"),
    "noise tickets a day": (lambda score: score.final.noise_tickets_per_day, ".0f"),
}
_SHOWN = {
    "attacks": ("F1tol", "U", "buried", "noise tickets a day"),
    "estates": ("F1tol", "U", "buried"),
    "lasting": ("F1tol", "buried"),
    "storms": ("F1tol", "U"),
    "interleaved": ("F1tol", "U"),
}
_HEADS = {
    "attacks": "attacks in recorded noise",
    "estates": "attacks in made noise",
    "lasting": "attacks beside a signal of two days",
    "storms": "fault storms",
    "interleaved": "noise and storms interleaved",
}


def table(found: Mapping[str, Mapping[str, Sequence[Score]]]) -> str:
    """Return the table of {regime: {method: scores}}: each figure the mean over its streams."""
    regimes = [name for name in COMPARED if name in found]
    methods = list(found[regimes[0]]) if regimes else []
    lines = [_line(["", *methods]), _line(["---"] * (1 + len(methods)))]
    lines += [
        _line([f"{_HEADS[regime]}: {name}", *_cells(name, found[regime], methods)])
        for regime in regimes
        for name in _SHOWN[regime]
    ]
    return "\n".join(lines)


def _cells(
    name: str, found: Mapping[str, Sequence[Score]], methods: Sequence[str]
) -> Iterator[str]:
    figure, form = _FIGURES[name]
    for method in methods:
        yield format(fmean(map(figure, found[method])), form)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
