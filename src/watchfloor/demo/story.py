"""Plays the night shift into a floor in real time, and notes when each moment is seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from pathlib import Path

from watchfloor.aiops.types import Seconds
from watchfloor.demo import script
from watchfloor.demo.diary import Diary
from watchfloor.demo.floor import Floor
from watchfloor.demo.generator import Alarm
from watchfloor.demo.moments import MOMENTS, Moment, Sight
from watchfloor.demo.world import World

BEAT: Seconds = 0.25
LOOK_EVERY: Seconds = 0.5
REST: Seconds = 2.0
"""Between looks at the clock while nothing but ordinary noise is due."""

AFTERMATH_KNOWN: Seconds = 3600.0
"""A floor that was away this long learns nothing from how the power came back."""

Clock = Callable[[], Seconds]
Tell = Callable[[str], None]


@dataclass
class Night:
    """A floor, the night's diary on disk, and what it takes to play."""

    floor: Floor
    world: World
    diary: Diary
    file: Path
    clock: Clock
    tell: Tell

    def begin(self) -> None:
        """Fill in the company and what came before the story. Repeating it changes nothing."""
        self.floor.import_world(self.world)
        self.floor.tell(script.evening(self.world, self.diary.seed, self.diary.started_at))

    def is_told(self) -> bool:
        """Say whether nothing of the story is left to be seen."""
        return not self._awaited()

    def play(self) -> None:
        """Send the story's alarms as their time comes, until all moments are seen or too late."""
        alarms = script.story(self.world, self.diary.seed, self.diary.started_at)
        looked_at = 0.0
        while alarms or self._awaited():
            alarms = self._send_due(alarms)
            if time.monotonic() - looked_at >= LOOK_EVERY:
                self._look()
                looked_at = time.monotonic()
            time.sleep(BEAT)

    def run_free(self) -> None:
        """Go on with ordinary hours for ever."""
        for batch in self._paced(self._rest_of_the_night()):
            self.floor.tell(batch)

    def _send_due(self, alarms: list[Alarm]) -> list[Alarm]:
        """Send what is due. Returns what is left."""
        now = self.clock()
        due = [alarm for alarm in alarms if alarm.at <= now]
        self.floor.tell(due)
        return alarms[len(due) :]

    def _awaited(self) -> list[Moment]:
        """Return the moments not seen yet whose deadline has not passed."""
        into = self.clock() - self.diary.started_at
        return [m for m in MOMENTS if m.id not in self.diary.seen and into < m.deadline]

    def _look(self) -> None:
        into = self.clock() - self.diary.started_at
        due = [moment for moment in self._awaited() if into >= moment.at]
        sight = Sight(self.floor, self.diary.started_at)
        for moment in due:
            if not moment.look(sight):
                self.diary.seen[moment.id] = round(self.clock() - self.diary.started_at, 2)
                self.diary.write(self.file)
                seconds = self.diary.seen[moment.id]
                self.tell(f"{moment.clock}  {moment.text} ({moment.id}, after {seconds:.1f} s)")

    def _rest_of_the_night(self) -> Iterator[Alarm]:
        started, now = self.diary.started_at, self.clock()
        told = script.aftermath(self.world, self.diary.seed, started)
        back = [alarm for alarm in told if alarm.at > now - AFTERMATH_KNOWN]
        # A second run of the same night makes other alarms of the same kind.
        hours = script.ordinary_hours(self.world, self.diary.seed + int(now - started), now)
        return merge(back, hours, key=lambda alarm: alarm.at)

    def _paced(self, alarms: Iterator[Alarm]) -> Iterator[list[Alarm]]:
        """Yield alarms together when their time has come."""
        coming = next(alarms)
        while True:
            now, due = self.clock(), list[Alarm]()
            while coming.at <= now:
                due.append(coming)
                coming = next(alarms)
            if due:
                yield due
            time.sleep(min(REST, max(BEAT, coming.at - now)))


def missed(diary: Diary) -> list[Moment]:
    """Return the moments that were not seen by their deadline."""
    late = float("inf")
    return [m for m in MOMENTS if diary.seen.get(m.id, late) > m.deadline]
