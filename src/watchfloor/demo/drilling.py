"""Plays a drill into a floor, lets what people do there act on it, and writes down what was done.

Its alerts carry the labels `drill` and `origin`, so that nobody takes them for real.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.acts import Hands
from watchfloor.demo.company.company import Told
from watchfloor.demo.company.drills import Drill
from watchfloor.demo.company.truth import Incident
from watchfloor.demo.floor import Floor, Row
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
    """`desk`: id of the user whose drill it is; others see its incidents assigned to them."""

    floor: Floor
    drill: Drill
    world: World
    clock: Clock
    speed: float
    desk: str | None = None
    notes: list[Noted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = self.clock()
        self._parts = self.drill.open(self.world, int(self.began), self.began)
        self._company = self._parts.company
        self._hands = Hands(self._company)
        self._causes: dict[tuple[str, str], str | None] = {}
        self._rows: dict[str, set[str]] = {}
        """By incident of the floor: the lines of its timeline that are carried out."""

    def play(self, longest: Seconds) -> list[Noted]:
        """Play until nothing is left to happen, at most so long. Returns what was done when."""
        self._note("the drill begins: " + self.drill.says)
        looked_at, ends = 0.0, self.began + longest
        while not self._company.is_idle and self.clock() < ends:
            self.floor.tell(list(self._due()))
            if time.monotonic() - looked_at >= LOOK_EVERY:
                self._look()
                looked_at = time.monotonic()
            time.sleep(BEAT)
        self._look()
        self._note_truth()
        return sorted(self.notes, key=lambda note: note.after)

    def _due(self) -> Iterator[Alarm]:
        until = self.began + (self.clock() - self.began) * self.speed
        for told in self._company.advance(until):
            if told.stream == "alerts":
                yield self._labelled(told)

    def _labelled(self, told: Told) -> Alarm:
        body, now = told.body, self.clock()
        incident, _ = self._company.truth.alerts[body["id"]]
        if not self._causes:
            self._note("the first alert is sent")
        self._causes[_key(body)] = incident
        labels = {"drill": self.drill.name, "origin": ORIGIN}
        own = {"labels": labels, "timestamp": now, "id": f"{self.drill.name}-{body['id']}"}
        return Alarm(now, incident or "", {**body, **own})

    def _look(self) -> None:
        """See what people have done on the floor, and do it in the company."""
        since = datetime.fromtimestamp(self.began, UTC).isoformat()
        for alert in self.floor.alerts(since=since):
            row = alert["incident_id"]
            if row and alert["labels"].get("drill") == self.drill.name:
                self._follow(row)

    def _follow(self, row: str) -> None:
        shown = self.floor.incident(row)
        if row not in self._rows:
            self._rows[row] = set()
            self._note(f"incident {shown['number']} opens: {shown['title']}")
            if self.desk is not None and shown["assigned_to_id"] is None:
                self.floor.assign(row, self.desk)
                shown = self.floor.incident(row)
                self._rows[row] |= {_line(e) for e in shown["timeline"] if e["kind"] == "assigned"}
        for entry in reversed(shown["timeline"]):
            if entry["actor_kind"] != "system" and _line(entry) not in self._rows[row]:
                self._rows[row].add(_line(entry))
                self._carry_out(shown, entry)

    def _carry_out(self, shown: Row, entry: Row) -> None:
        self._note(f"incident {shown['number']}: {entry['kind']} {entry['text']}".rstrip())
        for incident in self._behind(shown):
            self._hands.do(incident, entry["kind"], entry["text"])

    def _behind(self, shown: Row) -> list[Incident]:
        """Return the causes that still go on of the alerts that an incident holds."""
        causes = {self._causes.get(_key(alert)) for alert in shown["alerts"]}
        return [one for one in self._company.open_incidents() if one.id in causes]

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


def _key(alert: dict[str, Any]) -> tuple[str, str]:
    return alert["alert_type"], alert.get("device") or alert.get("person") or alert["site"]


def _line(entry: Row) -> str:
    return f"{entry['at']} {entry['kind']} {entry['text']}"
