"""The load of a desk and who waits, beside what is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from watchfloor.aiops.noise.policy import OFF
from watchfloor.aiops.types import Seconds, Severity
from watchfloor.bench.grouping.facility import Run
from watchfloor.bench.grouping.labelled import DAY
from watchfloor.bench.grouping.scores import Bar, row
from watchfloor.bench.grouping.toolkit import DESKS, SITES, Heard, calls_kept, listen
from watchfloor.bench.results import Row

_WEEK: Seconds = 7 * DAY


@dataclass(frozen=True, slots=True)
class Found:
    """One run with what is learnt of its noise, and with what people asked for alone."""

    learnt: Heard
    asked: Heard
    calls_kept: int
    calls: int


def measure(run: Run) -> Found:
    return Found(listen(run), listen(run, OFF), *calls_kept(run))


def line(found: Found) -> str:
    heard = found.learnt
    quiet = ", ".join(f"{count} {kind}" for kind, count in sorted(heard.quiet.items()))
    late = [*heard.late(asked_for=False), *heard.late(asked_for=True)]
    return (
        f"{heard.name}: {len(heard.listed)} of {len(heard.clusters)} incidents listed, load"
        f" {_load(heard):.3f} ({_load(found.asked):.3f} without what is learnt); reports kept"
        f" quiet: {quiet}; {len(heard.waited)} true incidents, told late: {', '.join(late) or 0}"
    )


def rows(found: Sequence[Found]) -> list[Row]:
    heard = [one.learnt for one in found]
    load = Bar(worst=1.5, worst_aim=1, is_most=True)
    share, shown = Bar(worst=0.01, worst_aim=0, is_most=True), "{:.2f}".format
    more = Bar(is_most=True)
    kept, calls = sum(one.calls_kept for one in found), sum(one.calls for one in found)
    return [
        row(f"listed incidents for each of {DESKS} desks in 10 minutes, scaled to {SITES} sites"
            " (counted as the KPI `mean_load`)", [_load(one) for one in heard], load, shown),
        row("after the first week", [_load(one, _WEEK) for one in heard], more, shown),
        row("without what is learnt of noise: announced work and flapping alone",
            [_load(one.asked) for one in found], more, shown),
        row("of it, for nothing and critical, which is never kept back by default",
            [_for_nothing(one, _is_critical) for one in heard], more, shown),
        row("of it, for nothing and less than critical",
            [_for_nothing(one, lambda worst: not _is_critical(worst)) for one in heard],
            more, shown),
        row("one for each true incident would be",
            [one.load(len(one.waited)) for one in heard], more, shown),
        row("true incidents of which people are told over 5 minutes late",
            [_late(one, asked_for=True) + _late(one, asked_for=False) for one in heard],
            share, "{:.2%}".format),
        row("of which within work that was announced there",
            [_late(one, asked_for=True) for one in heard], more, "{:.2%}".format),
        Row("calls for help told amid the runs: kept quiet", f"{kept} of {calls:,}", "0", "0",
            kept == 0),
    ]  # fmt: skip


def _load(heard: Heard, after: Seconds = 0.0) -> float:
    since = heard.begin + after
    return heard.load(sum(one.at >= since for one in heard.listed), since)


def _for_nothing(heard: Heard, counts: Callable[[int], bool]) -> float:
    return heard.load(sum(not one.is_true and counts(one.severity) for one in heard.listed))


def _is_critical(severity: int) -> bool:
    return severity >= Severity.CRITICAL


def _late(heard: Heard, *, asked_for: bool) -> float:
    return len(heard.late(asked_for=asked_for)) / max(len(heard.waited), 1)
