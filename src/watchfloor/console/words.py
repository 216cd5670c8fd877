"""The console's words for what the core counts in numbers and codes. Scripts get the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from watchfloor.aiops.alerts.lives import Verdict
from watchfloor.noc.alerts.models import SeverityLevel, SignalState


class SeverityWord(NamedTuple):
    letter: str
    name: str


SEVERITIES: Mapping[int, SeverityWord] = {
    SeverityLevel.CRITICAL: SeverityWord("C", "Critical"),
    SeverityLevel.HIGH: SeverityWord("H", "High"),
    SeverityLevel.MEDIUM: SeverityWord("M", "Medium"),
    SeverityLevel.LOW: SeverityWord("L", "Low"),
    SeverityLevel.INFO: SeverityWord("I", "Info"),
}
STATES: Mapping[str, str] = {
    "NEW": "New",
    "ACKNOWLEDGED": "Acknowledged",
    "ASSIGNED": "Assigned",
    "IN_PROGRESS": "In progress",
    "ESCALATED": "Escalated",
    "RESOLVED": "Resolved",
    "CLOSED": "Closed",
}
SIGNALS: Mapping[int, str] = {
    SignalState.FIRING: "Firing",
    SignalState.RESOLVED: "Over",
    SignalState.EXPIRED: "Gone silent",
}
VERDICTS: Mapping[int, str] = {
    Verdict.OPENED: "opened the alert",
    Verdict.COUNTED: "counted once more",
    Verdict.REOPENED: "opened the alert again",
    Verdict.RESOLVED: "ended the alert",
    Verdict.TOUCHED: "repeat of a known report: not counted",
    Verdict.RESOLVED_AGAIN: "ended it once more",
    Verdict.STALE_RESOLVE: "late end, older than the newest report: ended nothing",
    Verdict.LATE: "late: counted, nothing opened again",
    Verdict.RESOLVED_UNSEEN: "end of something never seen to begin",
}
FEATURES: Mapping[str, str] = {
    "same_thing": "same thing",
    "same_site": "same site",
    "same_domain": "same supply or line",
    "storm": "part of what fails together",
    "time_gap": "time between them",
    "unresolved": "firing ever since it joined",
    "late": "late too",
    "chatter": "comes and goes too",
    "steady": "repeats itself too",
}
SUPPRESSIONS: Mapping[str, str] = {
    "maintenance": "in maintenance",
    "silence": "silenced",
    "flapping": "flapping",
}


def suppression(told: str) -> str:
    """Return why nobody is told of an alert: "maintenance:ID" reads "in maintenance"."""
    kind = told.partition(":")[0]
    return SUPPRESSIONS.get(kind, kind)


def severity(level: int) -> SeverityWord:
    return SEVERITIES.get(level, SeverityWord("?", "Unknown"))


def feature(name: str) -> str:
    """Return the words for a deciding feature; one that is new reads as its own name."""
    return FEATURES.get(name, name.replace("_", " "))


def for_scripts() -> dict[str, object]:
    return {
        "severities": {
            SeverityLevel(level).name: word._asdict() | {"level": level}
            for level, word in SEVERITIES.items()
        },
        "states": STATES,
        "signals": {SignalState(signal).name.lower(): word for signal, word in SIGNALS.items()},
        "suppressions": SUPPRESSIONS,
    }
