"""Asserts each moment of a night that plays, by its deadline, and that it still holds."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.diary import Diary
from watchfloor.demo.floor import Floor
from watchfloor.demo.moments import MOMENTS, Moment, Sight
from watchfloor.demo.story import Clock

PAUSE: Seconds = 0.5
BEGINS_WITHIN: Seconds = 30.0
"""How long a story that is asked for may take to begin."""
GRACE: Seconds = 2.0
"""How long after a deadline the story may take to write down what it saw."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`seen_after`: seconds from the begin of the story; None if never."""

    id: str
    deadline: Seconds | None
    seen_after: Seconds | None
    wrong: str

    @classmethod
    def on_page(cls, moment: str, wrong: str) -> Checked:
        """Return the verdict on how the page shows a moment."""
        return cls(f"{moment} (page)", None, None, wrong)

    @property
    def ok(self) -> bool:
        return not self.wrong

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "ok": self.ok}

    def __str__(self) -> str:
        verdict = "ok" if self.ok else f"MISSED: {self.wrong}"
        if self.deadline is None:
            return f"{self.id:17} {'':22} {verdict}"
        seen = "never seen" if self.seen_after is None else f"after {self.seen_after:5.1f} s"
        return f"{self.id:17} {seen:13} of {self.deadline:3.0f} s  {verdict}"


def check_moments(floor: Floor, file: Path, *, clock: Clock) -> list[Checked]:
    """Return the verdict on each moment, waiting for those whose deadline is still to come.

    Raises: FileNotFoundError if no story plays.
    """
    diary = _when_settled(file, clock)
    sight = Sight(floor, diary.started_at)
    return [_checked(moment, diary, sight) for moment in MOMENTS]


def _when_settled(file: Path, clock: Clock) -> Diary:
    begun_by = clock() + BEGINS_WITHIN
    while True:
        diary = Diary.read(file)
        if diary is not None and _is_settled(diary, clock()):
            return diary
        if diary is None and clock() > begun_by:
            raise FileNotFoundError(file)
        time.sleep(PAUSE)


def _is_settled(diary: Diary, now: Seconds) -> bool:
    into = now - diary.started_at
    return all(m.id in diary.seen or into > m.deadline + GRACE for m in MOMENTS)


def _checked(moment: Moment, diary: Diary, sight: Sight) -> Checked:
    seen = diary.seen.get(moment.id)
    wrong = moment.look(sight)
    if not wrong and (seen is None or seen > moment.deadline):
        wrong = "not seen by its deadline"
    return Checked(moment.id, moment.deadline, seen, wrong)
