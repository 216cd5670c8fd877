"""The console's words for what the core counts in numbers and codes. Scripts get the same ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from watchfloor.aiops.alerts.lives import Verdict
from watchfloor.noc.alerts.models import SeverityLevel, SignalState
from watchfloor.noc.incidents.models import Disposition
from watchfloor.noc.integrations.models import DeliveryState


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
DISPOSITIONS: Mapping[str, str] = {
    Disposition.REAL: "Real",
    Disposition.USER_ERROR: "User error",
    Disposition.WEATHER: "Weather",
    Disposition.ANIMAL: "Animal",
    Disposition.TECHNICAL: "Technical",
    Disposition.TEST: "Test",
}
UNSAID: Mapping[str, str] = {
    "system": "Ended by itself",
    "key": "Resolved by a program",
    "user": "Not said",
    "operator": "Not said",
    "playbook": "Resolved by a playbook",
}
"""Why nobody said what it turned out to be, by who resolved it."""
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
    "flapping": "over, and back within the hour",
    "outbreak": "too much fails at once for chance",
    "fault_spreads": "a fault spreads here faster than chance would",
    "ill_place": "a fault goes on at its place",
    "follows": "often seen to follow what is there",
    "recurs": "the same problem again: takes over what was over",
    "told_again": "the same again, and nothing else: takes over what was still open",
    "aftermath": "often seen to follow what was over by then: takes it over",
    "chance": "how likely it is mere chance",
    "late": "late too",
    "chatter": "comes and goes too",
    "steady": "repeats itself too",
    "routine": "comes up now and then, and nothing else explains it",
    "put_here": "an operator wants it here",
    "kept_apart": "an operator took it out",
    "one_fault": "turned out to be part of it",
    "same_bout": "goes on",
    "adviser": "so likely before anything is looked at",
    "all_else": "all else",
    "rules_score": "how near the rules hold it",
    "shared_domains": "supplies and lines in common",
    "nearest_domain": "how near the nearest of these is",
    "distance": "how far away it is",
    "same_type": "kinds in common",
    "text": "rare words in common",
    "gap_in_rhythm": "time between them, in the rhythm of the place",
    "gap": "time between them",
    "age": "how long it goes on",
    "size": "how much it holds",
    "pace": "how fast it grows",
    "severity_step": "how bad it is beside the rest",
    "surprise": "how unusual it is",
    "cluster_surprise": "how unusual the rest is",
    "hours_heard": "how often it is heard",
    "still_firing": "how much of it still fires",
    "rivals": "what else is near",
    "sender_ends": "its sender says when it is over",
}
NAMING_FEATURES: Mapping[str, str] = {
    "correction": "an operator said so",
    "lesson": "operators taught it",
}
"""Features that name a row behind a colon."""
DECIDERS: Mapping[str, str] = {
    "rules": "The rules",
    "adviser": "The learned adviser",
    "operator": "An operator",
}
SUPPRESSIONS: Mapping[str, str] = {
    "maintenance": "in maintenance",
    "test": "on test",
    "silence": "silenced",
    "flapping": "flapping",
    "transient": "its like pass by themselves",
    "lone": "its like come to nothing",
    "inhibited": "explained by a loss above it",
}
DELIVERIES: Mapping[str, str] = {
    DeliveryState.PENDING: "waits",
    DeliveryState.SENDING: "is being sent",
    DeliveryState.SENT: "sent",
    DeliveryState.FAILED: "failed",
    DeliveryState.UNKNOWN: "nobody knows whether it arrived",
    DeliveryState.WITHHELD: "withheld: only watched",
    DeliveryState.CANCELLED: "cancelled: taken back before it left",
}
OUTLIERS: Mapping[str, str] = {
    "frequent": "Frequent here",
    "rare": "Rare here",
    "new": "New here",
}


_SPELT: Mapping[str, str] = {
    word.lower(): word
    for word in ("CCTV", "GPS", "HVAC", "NFC", "NVR", "PIN", "QR", "RFID", "SOS", "UPS")
}
SETTINGS: Mapping[str, tuple[str, str]] = {
    "idle_gap": ("Idle gap", "An incident takes nothing new after so long without."),
    "span_cap": ("Longest incident", "From its first to its last report."),
    "size_cap": ("Most alerts", "What one incident may hold."),
    "lateness": ("Lateness", "So late a report still lands as if in order."),
    "recovery": ("Recovery", "All alerts over for so long: it is closed."),
    "reentry": ("Way back", "So long after, an alert may come back into its incident."),
    "reentry_cap": ("Longest way back", "How far an incident may reach through such alerts."),
    "refire": (
        "Told again",
        "A problem told again within this is the same one, firing on; later, it is another.",
    ),
    "coincidence": (
        "Coincidence",
        "Join where this many unrelated alerts, or fewer, are expected.",
    ),
    "entity_quiet": (
        "Quiet: device",
        "How seldom a device or person is taken to alarm before it is known.",
    ),
    "site_quiet": ("Quiet: site", "How seldom a site is taken to alarm before it is known."),
    "entity_gap_least": (
        "Gap: device",
        "On the same device, alerts this close always belong together.",
    ),
    "site_gap_least": ("Gap: site, least", "At the same site, alerts this close always do."),
    "site_gap_most": ("Gap: site, most", "Alerts further apart never do, outside storms."),
    "domain_gap_most": (
        "Gap: supply or line",
        "On the same supply or line, alerts further apart do not, outside storms.",
    ),
    "follows_from": (
        "Follows: certainty",
        "Seen to follow so often, an alert is held for a consequence.",
    ),
    "outbreak_pause": (
        "Outbreak: pause",
        "Kinds that break out on one supply or line within this are one fault.",
    ),
    "storm_surprise": ("Storm: surprise", "What must surprise together, in nats, to be one storm."),
    "storm_width": ("Storm: width", "How much of it must come from outside one part."),
    "storm_hold": ("Storm: hold", "Over when nothing surprised for so long."),
    "surge_surprise": (
        "Storm: surge",
        "What told before a storm belongs to it from this surprise on, in nats.",
    ),
    "chatter_hours": ("Chatter: hours", "Heard in so many of 24 hours, it is chatter. 25: never."),
    "chatter_excess": (
        "Chatter: excess",
        "How unusual a count may be, and still be chatter.",
    ),
    "steady_windows": (
        "Chatter: steady",
        "Heard in so many minutes of its hours, chatter gets an incident of its own.",
    ),
    "routine_shifts": (
        "Routine: shifts",
        "Heard in so many other shifts of a week, it is no incident of its own. 21: never.",
    ),
    "digest_gap": ("Digest: gap", "Of the incidents that gather chatter and routine."),
    "digest_span": ("Digest: longest", "Of the incidents that gather chatter and routine."),
    "resolves_known": (
        "Ends: known",
        "Seen to end so often, a kind keeps its incident open while it fires.",
    ),
    "resolves_open": (
        "Ends: never told",
        "Told so often without an end, a kind is one whose ends nobody sends.",
    ),
    "candidates": (
        "Candidates",
        "How many open incidents, newest first, are looked at for each likeness.",
    ),
    "pause_bound": ("Pause: certainty", "Pause only what resolves by itself this surely."),
    "pause_info": ("Pause: info", "The longest pause; 0: never."),
    "pause_low": ("Pause: low", "The longest pause; 0: never."),
    "pause_medium": ("Pause: medium", "The longest pause; 0: never."),
    "pause_high": ("Pause: high", "The longest pause; 0: never."),
    "pause_critical": ("Pause: critical", "The longest pause; 0: never."),
    "lone_bound": (
        "Comes to nothing: certainty",
        "Keep quiet what was told once and never again at least this surely.",
    ),
    "lone_severity": (
        "Comes to nothing: severity",
        "The highest that is kept quiet so: 1 info to 4 high; 0: none.",
    ),
    "spare_first": ("New devices", "So many first alerts of a new device are left alone."),
    "inhibit_share": (
        "Explained by a loss",
        "Keep quiet below a loss what followed one this often before; 1: nothing.",
    ),
}
"""What a setting is called, and what it does."""


def disposition(said: str, resolved_by: str) -> str:
    """Return what an incident turned out to be, or why nobody said; nothing while it is open."""
    return DISPOSITIONS.get(said) or UNSAID.get(resolved_by, "")


def setting(name: str) -> str:
    return SETTINGS[name][0] if name in SETTINGS else name.replace("_", " ").capitalize()


def setting_help(name: str) -> str:
    return SETTINGS[name][1] if name in SETTINGS else ""


def suppression(told: str) -> str:
    """Return why nobody is told of an alert: "maintenance:ID" reads "in maintenance"."""
    kind = told.partition(":")[0]
    return SUPPRESSIONS.get(kind, kind)


def plain(code: str) -> str:
    """Return a sender's word as people write it; what is no such word stays as it is.

    >>> plain("IN_PROGRESS"), plain("nvr"), plain("Wartet auf Teile"), plain("WB001-CP-1")
    ('In progress', 'NVR', 'Wartet auf Teile', 'WB001-CP-1')
    """
    if not code.replace("_", "").isalpha() or not (code.isupper() or code.islower()):
        return code
    said = " ".join(_SPELT.get(word, word) for word in code.lower().split("_"))
    return said[:1].upper() + said[1:]


def as_sent(said: str) -> Sequence[str]:
    """Return the spellings that a sender may use for a word that people write.

    >>> as_sent("In progress")
    ('In progress', 'in_progress', 'IN_PROGRESS')
    """
    word = "_".join(said.lower().split())
    return said, word, word.upper()


def severity(level: int) -> SeverityWord:
    return SEVERITIES.get(level, SeverityWord("?", "Unknown"))


def feature(name: str) -> str:
    """Return the words for a deciding feature; one that is new reads as its own name."""
    kind = name.partition(":")[0]
    return NAMING_FEATURES.get(kind) or FEATURES.get(name, name.replace("_", " "))


def for_scripts() -> dict[str, object]:
    return {
        "severities": {
            SeverityLevel(level).name: word._asdict() | {"level": level}
            for level, word in SEVERITIES.items()
        },
        "states": STATES,
        "signals": {SignalState(signal).name.lower(): word for signal, word in SIGNALS.items()},
        "suppressions": SUPPRESSIONS,
        "outliers": OUTLIERS,
        "dispositions": DISPOSITIONS,
        "unsaid": UNSAID,
    }
