"""Daily attendance of many sites: days far under their own last month, found as they end.

Absences of a thousand are counts like others: a day is one hour of the week, its site's noon.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np

from watchfloor.aiops.baselines.fitting import fit
from watchfloor.aiops.baselines.history import UNKNOWN, Counts
from watchfloor.aiops.baselines.judging import Sensitivity, Side, surprise
from watchfloor.aiops.baselines.slots import Slots, slots_of
from watchfloor.bench.results import Row

FALL, MONTH = 4.0, 30
"""A dip: so many points under the median of the days of the last month."""
TAUGHT = 40
"""School days before the first that is judged."""
FEWEST = 10
"""Days of the last month that make a median."""
A_WEEK = 5
SINCE = date(2013, 9, 1)
"""Later days only: the ones before have long gaps, and teach."""
_EPOCH = date(1970, 1, 1)
_BUDGET = Sensitivity.HIGH.budget
Attendance = Mapping[date, float]


@dataclass
class Daily:
    """`dips` are labelled days, `false` told days that are none, `sharp` dips of twice the fall."""

    days: int = 0
    dips: int = 0
    found: int = 0
    sharp: int = 0
    sharp_found: int = 0
    false: int = 0

    @property
    def recall(self) -> float:
        return self.found / max(1, self.dips)

    @property
    def sharp_recall(self) -> float:
        return self.sharp_found / max(1, self.sharp)

    @property
    def false_a_week(self) -> float:
        return self.false * A_WEEK / max(1, self.days - self.dips)


def measure(data: Path) -> Daily:
    found = Daily()
    for attendance in _sites(data / "daily_attendance" / "attendance.csv.gz"):
        _judge(attendance, found)
    return found


def rows(found: Daily) -> list[Row]:
    return [
        Row("days judged of daily attendance", f"{found.days:,}, {found.dips:,} of them dips"),
        Row("false alarms a site-week, high sensitivity", f"{found.false_a_week:.3f}",
            f"{_BUDGET}", "", found.false_a_week <= _BUDGET),
        Row("dips that are found", f"{found.recall:.3f}"),
        Row("dips of twice the fall that are found", f"{found.sharp_recall:.3f}"),
    ]  # fmt: skip


def _sites(file: Path) -> Iterator[Attendance]:
    """Yield the share of each site's people who came, in percent, by day."""
    by_site: defaultdict[str, dict[date, float]] = defaultdict(dict)
    with gzip.open(file, "rt") as lines:
        for row in csv.DictReader(lines):
            by_site[row["site"]][date.fromisoformat(row["date"])] = float(row["pct"])
    yield from by_site.values()


def _judge(attendance: Attendance, found: Daily) -> None:
    """Judge each later day by all days before its week."""
    days = sorted(attendance)
    begin = _noon(days[0])
    counts, slots = _laid(attendance, begin)
    profile, learnt_until = None, days[0]
    for place, day in enumerate(days):
        usual = _usual(attendance, days[:place], day)
        if day < SINCE or place < TAUGHT or usual is None:
            continue
        at = _noon(day) - begin
        if profile is None or (day - learnt_until).days >= 7:
            profile, learnt_until = fit(counts[:at], slots[:at]), day
        told = surprise(int(counts[at]), profile.law(int(slots[at])))
        is_told = told.side is Side.ABOVE and told.chance * A_WEEK < _BUDGET
        _note(found, fell=usual - attendance[day], is_told=is_told)


def _note(found: Daily, *, fell: float, is_told: bool) -> None:
    is_dip, is_sharp = fell > FALL, fell > 2 * FALL
    found.days += 1
    found.dips += is_dip
    found.sharp += is_sharp
    found.found += is_dip and is_told
    found.sharp_found += is_sharp and is_told
    found.false += is_told and not is_dip


def _usual(attendance: Attendance, before: list[date], day: date) -> float | None:
    last = [attendance[one] for one in before[-MONTH:] if (day - one).days <= MONTH]
    return median(last) if len(last) >= FEWEST else None


def _laid(attendance: Attendance, begin: int) -> tuple[Counts, Slots]:
    """Return the absent of a thousand in the hours from the first day's noon on."""
    hours = _noon(max(attendance)) - begin + 1
    counts = np.full(hours, UNKNOWN, dtype=np.int32)
    for day, share in attendance.items():
        counts[_noon(day) - begin] = round(10 * (100 - share))
    return counts, slots_of(begin, hours, "UTC")


def _noon(day: date) -> int:
    return (day - _EPOCH).days * 24 + 12
