"""Fields of any shape become the fields of a report, or a sentence that says what to send."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec

from watchfloor.aiops.alerts.reading import parse_severity, parse_timestamp
from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.types import Seconds, Severity, Signal
from watchfloor.noc.intake.reads import Fault

NAME_LIMIT = 200
KEY_LIMIT = 512
LABELS_LIMIT = 256
"""Characters of a name, of a key, and labels of one report. Names are searched: they sit in
btree columns, whose entries PostgreSQL bounds to 2,704 bytes."""

_KINDS = {dict: "an object", list: "an array", str: "text", bool: "true or false"}
_WORDS = {
    Signal.FIRING: "firing active alerting problem trigger triggered open opened alarm",
    Signal.RESOLVED: "resolved resolve ok closed recovered recovery cleared inactive normal",
}
_SIGNALS = {word: signal for signal, words in _WORDS.items() for word in words.split()}
_FAR_PAST: Seconds = 0.0
_FAR_FUTURE = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_TEXT = msgspec.json.Encoder()


class Fields:
    """Takes known fields out of one item; what is left over becomes labels."""

    __slots__ = ("faults", "item", "kept")

    def __init__(self, item: dict[str, Any]) -> None:
        self.item = item
        self.faults: list[Fault] = []
        self.kept: dict[str, str] = {}

    def text(self, name: str, limit: int = NAME_LIMIT) -> str:
        value = self.item.pop(name, None)
        if value.__class__ is str and len(value) <= limit:
            return value
        return "" if value is None else self._odd_text(name, value, limit)

    def _odd_text(self, name: str, value: object, limit: int) -> str:
        """Numbers are taken as their digits; the rest is at fault."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.fault(name, value, f"is {kind_of(value)}: send text")
            return ""
        if len(value) > limit:
            self.fault(name, value, f"has {len(value)} characters: send at most {limit}")
            return fit(value, limit)
        return value

    def severity(self) -> tuple[Severity, str]:
        """Return the severity and how the sender spelled it."""
        given = self.item.pop("severity", None)
        if isinstance(given, (dict, list)):
            self.fault("severity", given, f"is {kind_of(given)}: send text such as HIGH")
            return Severity.MEDIUM, ""
        spelled = "" if given is None else as_text(given)[:NAME_LIMIT]
        return parse_severity(given)[0], spelled

    def signal(self) -> Signal:
        given = self.item.pop("status", None)
        if given is None or given == "":
            return Signal.FIRING
        signal = signal_of(given)
        if signal is None:
            self.fault("status", given, f"is {shown(given)}: send firing or resolved")
            return Signal.FIRING
        return signal

    def timestamp(self, name: str = "timestamp") -> Seconds | None:
        given = self.item.pop(name, None)
        if given is None:
            return None
        try:
            return claimed_time(given)
        except ReportError as error:
            self.fault(name, given, str(error).removeprefix("timestamp "))
            return None

    def labels(self) -> dict[str, str]:
        """Return the labels: those sent as such, and every field that has no place of its own."""
        given = self.item.pop("labels", None)
        if given is not None and not isinstance(given, dict):
            self.fault("labels", given, f"is {kind_of(given)}: send an object of names and values")
            given = None
        everything = {**self.item, **given} if given and self.item else given or self.item
        return self.as_labels(everything)

    def as_labels(self, everything: dict[str, Any]) -> dict[str, str]:
        if len(everything) > LABELS_LIMIT:
            self.fault("labels", None, f"are {len(everything)}: send at most {LABELS_LIMIT}")
            return {}
        labels = {}
        for name, value in everything.items():
            if len(name) > NAME_LIMIT:
                self.fault("labels", None, f"has a name of {len(name)} characters: at most 200")
            elif value.__class__ is str:
                labels[name] = value
            elif value is not None:
                labels[name] = as_text(value)
        return labels

    def fault(self, name: str, value: object, message: str) -> None:
        self.faults.append(Fault(f"/{name}", f"{name} {message}"))
        if value is not None:
            self.kept[f"{name}_given"] = as_text(value)[:KEY_LIMIT]


def kind_of(value: object) -> str:
    return "null" if value is None else _KINDS.get(type(value), "a number")


def as_text(value: object) -> str:
    """Return text as it is, anything else as JSON writes it."""
    return value if isinstance(value, str) else _TEXT.encode(value).decode()


def shown(value: object) -> str:
    text = as_text(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def fit(text: str, limit: int = NAME_LIMIT) -> str:
    """Return the text, or its beginning and a hash: two long names stay two names."""
    if len(text) <= limit:
        return text
    return f"{text[: limit - 17]}~{blake2b(text.encode(), digest_size=8).hexdigest()}"


def signal_of(given: object) -> Signal | None:
    return _signal_of(given) if isinstance(given, str) and len(given) < 20 else None


@lru_cache(maxsize=256)
def _signal_of(word: str) -> Signal | None:
    return _SIGNALS.get(word.strip().lower())


def claimed_time(given: object) -> Seconds | None:
    """Return the time that a sender claims, however absurd: the stream clock judges it.

    A device whose battery died says 1970; its alarm is no less real. Raises: ReportError where it
    cannot be read as a time at all.
    """
    try:
        return parse_timestamp(given)
    except ReportError:
        far = _far_time(given)
        if far is None:
            raise
        return far


def _far_time(given: object) -> Seconds | None:
    if isinstance(given, str):
        try:
            moment = datetime.fromisoformat(given.strip().upper())
        except ValueError:
            return _far_number(given)
        return _FAR_PAST if moment.year < 2000 else _FAR_FUTURE
    return None if isinstance(given, (bool, dict, list)) else _far_number(given)


def _far_number(given: Any) -> Seconds | None:
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    return _FAR_PAST if number < _FAR_FUTURE else _FAR_FUTURE
