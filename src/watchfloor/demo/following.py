"""Follows what people do on a floor, incident by incident, and lets it act on the company."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.acts import Hands
from watchfloor.demo.floor import Floor, Row


class Seen(NamedTuple):
    """A line of an incident's timeline; `entry` is None where the incident is seen first."""

    incident: Row
    entry: Row | None


class Following:
    """`mine`: which incidents are followed, by their alerts; all of them, also those of a storm."""

    def __init__(
        self, floor: Floor, hands: Hands, since: Seconds, mine: Callable[[Row], bool]
    ) -> None:
        self._floor = floor
        self._hands = hands
        self._since = datetime.fromtimestamp(since, UTC)
        self._mine = mine
        self._versions: dict[str, tuple[int, int]] = {}
        self._done: dict[str, set[str]] = {}

    def look(self) -> Iterator[Seen]:
        """Yield what is new since the last look; what people did is carried out by then."""
        for row in self._floor.incidents(state="open"):
            version = row["version"], row["alert_count"]
            if self._versions.get(row["id"]) != version:
                self._versions[row["id"]] = version
                yield from self._news(self._floor.incident(row["id"]))

    def leave_alone(self, incident_id: str, kind: str) -> None:
        """Carry out no line of the kind that is there by now: we did it ourselves."""
        shown = self._floor.incident(incident_id)
        own = {_line(entry) for entry in shown["timeline"] if entry["kind"] == kind}
        self._done[incident_id] |= own

    def _news(self, shown: Row) -> Iterator[Seen]:
        alerts = self._floor.alerts(incident=shown["id"])
        if not any(map(self._mine, alerts)):
            return
        if shown["id"] not in self._done:
            self._done[shown["id"]] = set()
            yield Seen(shown, None)
        done = self._done[shown["id"]]
        for entry in reversed(shown["timeline"]):
            if self._is_act(entry) and _line(entry) not in done:
                done.add(_line(entry))
                self._carry_out(alerts, entry)
                yield Seen(shown, entry)

    def _is_act(self, entry: Row) -> bool:
        """Whether somebody did it since we follow; alerts may join what was open before."""
        is_new = datetime.fromisoformat(entry["at"]) >= self._since
        return is_new and entry["actor_kind"] != "system"

    def _carry_out(self, alerts: Iterable[Row], entry: Row) -> None:
        causes = {one.id: one for alert in alerts for one in self._hands.behind(alert)}
        for incident in causes.values():
            self._hands.do(incident, entry["kind"], entry["text"])


def _line(entry: Row) -> str:
    return f"{entry['at']} {entry['kind']} {entry['text']}"
