"""The moments of the night shift as data: what must be seen, from when on, and by when.

`look` takes what the floor shows and says what is still wrong; an empty answer is a moment seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from watchfloor.aiops.types import Seconds
from watchfloor.demo.floor import Floor, Row
from watchfloor.demo.generator import COVERED

STORM_ALARMS = 200
STORM_FEEDER = "Feeder 1"
CALM_INCIDENTS = 3
CALM_AT, STORM_AT, PANIC_AT, EXPLAINED_AT, STRAY_AT = 0.0, 12.0, 18.0, 12.0, 26.0
STORY_SECONDS = 120.0
EVENING = 6 * 3600.0
SEVERITIES = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL")


class Sight:
    """What the floor shows of this night. Each question is asked at most once."""

    def __init__(self, floor: Floor, started_at: Seconds) -> None:
        self._floor = floor
        self._began = _text(started_at)
        self._since = _text(started_at - EVENING)
        self._until = _text(started_at + STORY_SECONDS)
        self._incidents: list[Row] | None = None
        self._details: dict[str, Row] = {}

    def incidents(self) -> list[Row]:
        """Return the incidents of the story in the order in which the live page shows them."""
        if self._incidents is None:
            found = self._floor.incidents(since=self._since, until=self._until)
            found.sort(key=lambda row: row["opened_at"], reverse=True)
            found.sort(key=_rank, reverse=True)
            self._incidents = found
        return self._incidents

    def calls_for_help(self) -> list[Row]:
        rows = self.incidents()
        return [row for row in rows if row["is_life_safety"] and row["opened_at"] >= self._began]

    def detail(self, incident_id: str) -> Row:
        if incident_id not in self._details:
            self._details[incident_id] = self._floor.incident(incident_id)
        return self._details[incident_id]

    def covered_camera(self) -> Row | None:
        """Return the alert of the camera that somebody has covered."""
        found = self._floor.alerts(alert_type=COVERED, since=self._began)
        return found[0] if found else None

    def storm_rows(self) -> list[Row]:
        """Return the incidents that hold alarms of a power cut."""
        mains = self._floor.alerts(alert_type="MAINS_FAILURE", since=self._began)
        holding = {alert["incident_id"] for alert in mains}
        return [row for row in self.incidents() if row["id"] in holding]


Look = Callable[[Sight], str]


@dataclass(frozen=True, slots=True)
class Moment:
    """`at`: seconds into the story when it begins; `deadline`: when it must have been seen."""

    id: str
    clock: str
    text: str
    at: Seconds
    deadline: Seconds
    look: Look


def calm(sight: Sight) -> str:
    quiet = [row for row in sight.incidents() if not row["is_life_safety"]]
    if len(quiet) < CALM_INCIDENTS:
        return f"{len(quiet)} quiet incidents, wanted {CALM_INCIDENTS} or more"
    return ""


def storm(sight: Sight) -> str:
    rows = sight.storm_rows()
    if len(rows) != 1:
        return f"the power cut shows as {len(rows)} rows"
    [row] = rows
    if row["alert_count"] < STORM_ALARMS:
        return f"{row['alert_count']} of {STORM_ALARMS} alarms are in its row"
    return ""


def panic(sight: Sight) -> str:
    found = sight.calls_for_help()
    if len(found) != 1:
        return f"{len(found)} incidents of life safety, wanted one"
    [row] = found
    if _is_open(row) and sight.incidents()[0]["id"] != row["id"]:
        return "something else is above the panic"
    if row["alert_count"] != 1 or row["cluster_id"] in _clusters(sight.storm_rows()):
        return "the panic is not alone in its incident"
    [alert] = sight.detail(row["id"])["alerts"]
    if alert["suppressed_by"]:
        return f"the panic is suppressed by {alert['suppressed_by']}"
    return ""


def explained(sight: Sight) -> str:
    rows = sight.storm_rows()
    if not rows:
        return "there is no row of the power cut yet"
    alerts = sight.detail(rows[0]["id"])["alerts"]
    if len(alerts) < STORM_ALARMS // 2:
        return f"{len(alerts)} alerts are in it so far"
    silent = [alert for alert in alerts if not all(map(_says_why, alert["why"] or [{}]))]
    return f"{len(silent)} alerts do not say why they are there" if silent else ""


def stray(sight: Sight) -> str:
    """A mistake of the grouping, until somebody corrects it."""
    camera = sight.covered_camera()
    if camera is None or camera["incident_id"] is None:
        return "the covered camera is not there yet"
    if camera["incident_id"] in {row["id"] for row in sight.storm_rows()}:
        return ""
    alerts = sight.detail(camera["incident_id"])["alerts"]
    whys = [why for alert in alerts if alert["id"] == camera["id"] for why in alert["why"]]
    moved = any(_was_put_there(why) for why in whys)
    return "" if moved else "the covered camera did not go with the power cut"


MOMENTS = (
    Moment("calm", "02:09", "All is quiet: a few doors and cameras.", CALM_AT, 30.0, calm),
    Moment("storm", "02:11", "A feeder fails; 200 alarms, one row.", STORM_AT, 60.0, storm),
    Moment("panic", "02:12", "A panic button, in the midst of it.", PANIC_AT, 60.0, panic),
    Moment("explained", "02:13", "Why is each of them there?", EXPLAINED_AT, 60.0, explained),
    Moment("stray", "02:14", "One camera is there by mistake.", STRAY_AT, 60.0, stray),
)


def _clusters(rows: Iterable[Row]) -> set[str]:
    return {row["cluster_id"] for row in rows}


def _says_why(why: Row) -> bool:
    return bool(why.get("opened_cluster") or why.get("features"))


def _was_put_there(why: Row) -> bool:
    """Whether a person has moved it."""
    return any(name.startswith("correction") for name, _ in why["features"])


def _rank(row: Row) -> tuple[bool, bool, int]:
    return _is_open(row), row["is_life_safety"], SEVERITIES.index(row["severity"])


def _is_open(row: Row) -> bool:
    return row["state"] not in ("RESOLVED", "CLOSED")


def _text(at: Seconds) -> str:
    """Return the time as the API writes it, so that the two compare as texts."""
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
