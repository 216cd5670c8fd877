"""Plays a drill into a floor, lets what people do there act on it, and writes down what was done.

Its alerts carry the labels `drill`, `drill_run` and `origin`, so that nobody takes them for real,
and keys of their own: a drill ends nothing that a real device or another drill has begun.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.acts import Hands
from watchfloor.demo.company.company import Told
from watchfloor.demo.company.drills import Drill
from watchfloor.demo.floor import Floor, Row
from watchfloor.demo.following import Following
from watchfloor.demo.generator import Alarm
from watchfloor.demo.story import Clock
from watchfloor.demo.world import World

BEAT: Seconds = 0.5
LOOK_EVERY: Seconds = 1.0
ORIGIN = "demo"


@dataclass(frozen=True, slots=True)
class Noted:
    """`after`: seconds since the drill began."""

    after: Seconds
    text: str

    def __str__(self) -> str:
        return f"{self.after:7.1f} s  {self.text}"


@dataclass
class Drilling:
    """`desk`: id of the user whose drill it is; others see its incidents assigned to them.

    `seed`: where and how it happens, and what would end it; the same seed, the same drill.
    """

    floor: Floor
    drill: Drill
    world: World
    clock: Clock
    speed: float
    seed: int
    desk: str | None = None
    notes: list[Noted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = self.clock()
        self._run = f"{self.drill.name}-{int(self.began * 1000)}"
        self._firing: dict[str, Row] = {}
        self._has_told = False
        self._company = self.drill.open(self.world, self.seed, self.began).company
        self._hands = Hands(self._company)
        self._following = Following(self.floor, self._hands, self.began, self._is_mine)

    def play(self, longest: Seconds) -> list[Noted]:
        """Play until all that was told of is over, at most so long. Returns what was done when."""
        self._note("the drill begins: " + self.drill.says)
        try:
            self._go_on(self.began + longest)
        except KeyboardInterrupt:
            self._note("the drill is stopped")
        self.floor.tell(self._broken_off())
        self._note_truth()
        return sorted(self.notes, key=lambda note: note.after)

    def _go_on(self, ends: Seconds) -> None:
        looked_at = 0.0
        while not self._is_over() and self.clock() < ends:
            self.floor.tell(list(self._due()))
            if time.monotonic() - looked_at >= LOOK_EVERY:
                self._look()
                looked_at = time.monotonic()
            time.sleep(BEAT)
        self._look()

    def _is_over(self) -> bool:
        company = self._company
        is_past = self._has_told and not self._firing and not company.open_incidents()
        return is_past or company.is_idle

    def _due(self) -> Iterator[Alarm]:
        until = self.began + (self.clock() - self.began) * self.speed
        for told in self._company.advance(until):
            if told.stream == "alerts":
                yield self._labelled(told)

    def _labelled(self, told: Told) -> Alarm:
        if not self._has_told:
            self._note("the first alert is sent")
            self._has_told = True
        self._hands.notes(told.body)
        body = {
            **told.body,
            "id": f"{self._run}:{told.body['id']}",
            "dedup_key": f"{self._run}:{told.body['dedup_key']}",
            "labels": {"drill": self.drill.name, "drill_run": self._run, "origin": ORIGIN},
            "timestamp": self.began + (told.body["timestamp"] - self.began) / self.speed,
        }
        if body["status"] == "firing":
            self._firing[body["dedup_key"]] = body
        else:
            self._firing.pop(body["dedup_key"], None)
        return Alarm(body["timestamp"], self.drill.name, body)

    def _broken_off(self) -> Iterator[Alarm]:
        """End what still fires: nobody will ever tell that it is over."""
        now, end = self.clock(), {"status": "resolved", "message": "the drill is broken off"}
        for body in self._firing.values():
            own = {**end, "id": f"{body['id']}:end", "timestamp": now}
            yield Alarm(now, self.drill.name, {**body, **own})

    def _look(self) -> None:
        """See what people have done on the floor, and note it."""
        for shown, entry in self._following.look():
            name = f"incident {shown['number']}"
            if entry is not None:
                self._note(f"{name}: {entry['kind']} {entry['text']}".rstrip())
                continue
            self._note(f"{name} opens: {shown['title']}")
            if self.desk is not None and shown["assigned_to_id"] is None:
                self.floor.assign(shown["id"], self.desk)
                self._following.leave_alone(shown["id"], "assigned")

    def _is_mine(self, alert: Row) -> bool:
        return bool(alert["labels"].get("drill_run") == self._run)

    def _note_truth(self) -> None:
        for act in self._company.truth.acts:
            how = "works" if act["works"] else "does not work"
            self._note(f"{act['action']} {how}", act["ts"])
        for incident in self._company.truth.incidents:
            if incident.ends_at <= self._company.now:
                why = "by what was done" if incident.is_fixed else "by itself"
                self._note(f"the cause is over, {why}", incident.ends_at)

    def _note(self, text: str, at: Seconds | None = None) -> None:
        """Note something now, or at a time of the company's."""
        after = self.clock() - self.began if at is None else (at - self.began) / self.speed
        self.notes.append(Noted(round(after, 1), text))
