"""A period replayed under two configurations at once, report by report.

The alert stage is shared where both have the same alert policy, and the noise stage where they
have the same noise policy too: most candidates differ in how alerts are grouped. The memory is
that of two clusterers and of some 30 bytes for each report.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import NamedTuple

from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.alerts.suppression import Suppressions
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.configuration import SHIPPED, Configuration
from watchfloor.aiops.correlation.places import Places
from watchfloor.aiops.correlation.topology import Inventory
from watchfloor.aiops.rehearsal import compare
from watchfloor.aiops.rehearsal.figures import Dedupe, days, figures, load, per_day
from watchfloor.aiops.rehearsal.outcome import Outcome, SideOutcome, Told
from watchfloor.aiops.rehearsal.side import Noted, Side, Tally
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Seconds

_MOST_KEPT = 4_000
"""Differences kept to choose the examples from; beyond, every second one is let go."""


class Replayed(NamedTuple):
    """A report of the period: its fingerprint and operators' label where they are known."""

    report: Report
    key: str = ""
    label: str = ""


class Rehearsal:
    """Hears the reports of `start` to `end`, and before them those that warm it up."""

    def __init__(
        self,
        candidate: Configuration,
        current: Configuration = SHIPPED,
        *,
        start: Seconds,
        end: Seconds,
        operators: int = 1,
        inventory: Inventory | None = None,
        places: Places | None = None,
        policy: AlertPolicy | None = None,
        suppressions: Suppressions = Suppressions(),
    ) -> None:
        """`places` stands for an inventory that is read already, `policy` for that of both."""
        self.start, self.end, self.operators = start, end, operators
        self._shares_stage = policy is not None or current.alerts == candidate.alerts
        self._shares_noise = self._shares_stage and current.noise == candidate.noise
        self.streams = [
            AlertStream(
                policy=policy or one.alerts,
                noise=one.noise,
                suppressions=suppressions,
                inventory=inventory if place == 0 or not self._shares_stage else None,
                clusterer=OnlineClusterer(one.clustering),
            )
            for place, one in enumerate((current, candidate))
        ]
        if places is not None:
            for stream in self.streams:
                stream.stage.places = places
        self.sides = (Side(), Side())
        self.times = array("d")
        self.began = bytearray()
        """Of each report, 1 if either side began a bout with it."""
        self.deduped: list[Seconds] = []
        self.labels: dict[str, tuple[str, int, int]] = {}
        """By labelled alert: its label and its newest clusters."""
        self._dedupe = Dedupe()
        self._noted: list[Noted] = []
        self._stride, self._skipped = 1, 0

    def hear(self, report: Report, key: str = "", label: str = "") -> None:
        """Take one report in, in order of arrival."""
        current, candidate = self.streams
        heard = current.stage.hear(report, key)
        other = heard if self._shares_stage else candidate.stage.hear(report, key)
        weighed = current.weigh(heard)
        also = weighed if self._shares_noise else candidate.weigh(other)
        if not self.start <= heard.at < self.end:
            current.group(weighed)
            candidate.group(also)
            return
        one = self.sides[0].follow(current, heard, weighed)
        two = self.sides[1].follow(candidate, other, also)
        self.times.append(heard.at)
        self.began.append(one.opened_bout or two.opened_bout)
        if self._dedupe.hear(heard):
            self.deduped.append(heard.at)
        if label:
            self.labels[heard.view.alert_id] = (label, one.cluster, two.cluster)
        if one.opened_cluster != two.opened_cluster:
            self._note(Noted(heard, one, two))

    def outcome(self) -> Outcome:
        """Return what the two sides made of what was heard so far."""
        start, end = self.start, self.end
        roots = [compare.roots(side) for side in self.sides]
        ended = [side.ended() for side in self.sides]
        pairs = compare.Pairs.of(roots[0], roots[1], self.began)
        return Outcome(
            reports=len(self.times),
            alerts=sum(self.began),
            days=days(start, end),
            operators=self.operators,
            deduped=len(self.deduped),
            deduped_load=load(self.deduped, start, end, self.operators),
            reports_per_day=per_day(self.times, start, end),
            current=self._side(0, ended, roots),
            candidate=self._side(1, ended, roots),
            agreement=pairs.agreement(),
            joined=pairs.joined(),
            parted=pairs.parted(),
            labelled=len(self.labels),
            differences=compare.examples(self._noted, self.sides, ended),
        )

    def _side(
        self, place: int, ended: list[dict[int, Tally]], roots: list[compare.Numbers]
    ) -> SideOutcome:
        side = self.sides[place]
        tallies = list(ended[place].values())
        told = self._told(place)
        other = roots[1 - place]
        late = compare.lateness(other, side.opened, self.times, ended[1 - place])
        return SideOutcome(
            figures=figures(
                tallies,
                deduped=len(self.deduped),
                start=self.start,
                end=self.end,
                operators=self.operators,
            ),
            per_day=per_day(
                (one.shown_at for one in tallies if one.is_shown), self.start, self.end
            ),
            told=told,
            late=late.late,
            late_longest=late.longest,
            swallowed=late.swallowed,
        )

    def _told(self, place: int) -> Told | None:
        side = self.sides[place]
        said = [(label, side.root(numbers[place])) for label, *numbers in self.labels.values()]
        return compare.told(said)

    def _note(self, noted: Noted) -> None:
        """Keep a difference; when there are many, thin them out evenly over the period."""
        self._skipped += 1
        if self._skipped % self._stride:
            return
        self._noted.append(noted)
        if len(self._noted) >= _MOST_KEPT:
            self._noted = self._noted[::2]
            self._stride *= 2


def rehearse(
    reports: Iterable[Report],
    candidate: Configuration,
    current: Configuration = SHIPPED,
    *,
    start: Seconds,
    end: Seconds,
    operators: int = 1,
    inventory: Inventory | None = None,
) -> Outcome:
    """Return what `candidate` makes of the reports beside `current`."""
    rehearsal = Rehearsal(
        candidate, current, start=start, end=end, operators=operators, inventory=inventory
    )
    for report in reports:
        rehearsal.hear(report)
    return rehearsal.outcome()
