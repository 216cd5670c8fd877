"""The tenant's stream clock: which event times are believed, and what time it is for timers."""

from __future__ import annotations

import msgspec

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import Seconds

AHEAD_TOLERANCE: Seconds = 5 * 60
"""A sender's clock may run ahead of ours by this much (DESIGN 4.5)."""
BEHIND_TOLERANCE: Seconds = 6 * 3600
"""Older than this, behind the stream, a time is not believed; older than this at arrival, the
stream is a replay of history."""

NO_CLOCK: Seconds = 315_532_800
"""1980: an earlier time is that of a device without one, not the beginning of a replay."""


class StreamClock(msgspec.Struct):
    """State of the clock; a plain record, so that storing and copying it is the caller's choice.

    `time` is the newest trusted event time, driven on by `drive` while the stream is live. Nothing
    drives it before the first report, nor while history is replayed.
    """

    time: Seconds | None = None
    is_replaying: bool = False

    def read(
        self, claimed: Seconds | None, received_at: Seconds, *, behind: Seconds = BEHIND_TOLERANCE
    ) -> tuple[Seconds, bool]:
        """Return the time to use for a report, and whether its own claim was not believed.

        A claim over 5 minutes ahead of its arrival or over `behind` the stream clock gives way to
        that clock, or to its arrival if it is the first report. A report that claims nothing
        happened when it arrived; in a replay, when the stream says.
        """
        time = self.time
        if claimed is None:
            return self._unclaimed(received_at)
        if claimed > received_at + AHEAD_TOLERANCE or claimed < NO_CLOCK:
            return self._refused(received_at)
        if time is not None:
            if claimed < time - behind:
                return self._refused(received_at)
            if claimed <= time:
                return claimed, False
        self.time = claimed
        self.is_replaying = received_at - claimed > BEHIND_TOLERANCE
        return claimed, False

    def hear(self, report: Report, *, drives: bool = True) -> tuple[Seconds, Seconds, bool]:
        """Return the time of a report, the time for timers at its arrival, and if it is suspect.

        A touch repeats an old claim, so it says nothing about time: it happens now. What overtakes
        the others on its way (life safety) is read without driving the clock: else those that it
        overtook would come late.
        """
        if not drives:
            return StreamClock(self.time, self.is_replaying).hear(report)
        if report.is_touch and self.time is not None:
            now = self.now(report.received_at)
            return now, now, False
        at, is_suspect = self.read(report.timestamp, report.received_at)
        return at, self.now(report.received_at), is_suspect

    def now(self, wall: Seconds) -> Seconds:
        """Return the time that timers go by at this moment of the wall clock."""
        if self.time is None:
            return wall
        if self.is_replaying or wall < self.time:
            return self.time
        return wall

    def drive(self, wall: Seconds) -> Seconds:
        """Let the wall clock move the stream clock, where it may; return the time for timers."""
        now = self.now(wall)
        if self.time is not None:
            self.time = now
        return now

    def _unclaimed(self, received_at: Seconds) -> tuple[Seconds, bool]:
        if self.is_replaying:
            return self.now(received_at), True
        if self.time is None or received_at > self.time:
            self.time = received_at
        return received_at, False

    def _refused(self, received_at: Seconds) -> tuple[Seconds, bool]:
        self.time = at = self.now(received_at)
        return at, True
