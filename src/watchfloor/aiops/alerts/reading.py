"""How senders spell severity and time."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from functools import lru_cache

from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.types import Seconds, Severity

_SPELLINGS = {
    Severity.CRITICAL: "critical crit fatal emergency emerg panic page disaster blocker urgent "
    "highest alert",
    Severity.HIGH: "high error err major severe",
    Severity.MEDIUM: "medium med moderate average warning warn",
    Severity.LOW: "low minor notice lowest",
    Severity.INFO: "info information informational debug trace ok none notclassified unclassified",
}
_BY_WORD = {word: severity for severity, words in _SPELLINGS.items() for word in words.split()}

_BETWEEN_WORDS = re.compile(r"(?<=\w)[\s\-.]+(?=\w)|_")
_RANKED = re.compile(r"(?:p|s|sev|severity|prio|priority)(\d)")
"""P1, SEV-2, Priority 3: rank 1 is the worst, 0 counts as 1."""


def parse_severity(given: object) -> tuple[Severity, bool]:
    """Return the severity and whether the spelling was known; unknown or missing is MEDIUM.

    Bare numbers are our own scale, which is also Zabbix': 1 info to 5 critical.

    >>> parse_severity("SEV-1")
    (<Severity.CRITICAL: 5>, True)
    >>> parse_severity("purple")
    (<Severity.MEDIUM: 3>, False)
    """
    if isinstance(given, str):
        return _severity_of(given)
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return _severity_of(f"{given:g}")
    return Severity.MEDIUM, False


@lru_cache(maxsize=1024)
def _severity_of(text: str) -> tuple[Severity, bool]:
    word = _BETWEEN_WORDS.sub("", text[:64].strip().lower())
    if severity := _BY_WORD.get(word):
        return severity, True
    if ranked := _RANKED.fullmatch(word):
        return Severity(6 - min(max(int(ranked[1]), 1), 5)), True
    if word in {"0", "1", "2", "3", "4", "5"}:
        return Severity(max(int(word), 1)), True
    return Severity.MEDIUM, False


_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_UNITS = (1, 1_000, 1_000_000, 1_000_000_000)
"""Seconds, milli-, micro- and nanoseconds: between 1980 and 2200 their ranges do not touch."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_ZONE_NAME = re.compile(r"\s*(?:utc|gmt)$", re.IGNORECASE)
_NO_TIME = "0001-01-01T00:00:00Z"
"""How programs written in Go spell a time that was not given."""
_CURE = "send ISO 8601 (2026-01-05T02:09:00Z) or unix seconds between 1980 and 2200"


def parse_timestamp(value: object) -> Seconds | None:
    """Return unix seconds, or None where no time was given.

    ISO 8601 with any offset, without one it is UTC; unix seconds, milli-, micro- or nanoseconds as
    number or text. Raises: ReportError for anything else, and for years outside 1980 to 2200.

    >>> parse_timestamp("2026-01-05T02:09:00+01:00") == parse_timestamp(1767575340000)
    True
    """
    if value is None or value in ("", _NO_TIME):
        return None
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value)
    raise ReportError(f"timestamp is a {type(value).__name__}: {_CURE}")


def _from_number(value: float) -> Seconds:
    for unit in _UNITS:
        if _EARLIEST * unit <= value <= _LATEST * unit:
            return value / unit
    raise ReportError(f"timestamp {_shown(value)} is no time in living memory: {_CURE}")


def _from_text(text: str) -> Seconds | None:
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        return _from_number(float(text))
    try:
        moment = datetime.fromisoformat(_ZONE_NAME.sub("Z", text.upper()))
    except ValueError:
        raise ReportError(f"timestamp {_shown(text)} cannot be read: {_CURE}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _from_moment(moment, text)


def _from_moment(moment: datetime, text: str) -> Seconds:
    if not 1980 <= moment.year < 2200:
        raise ReportError(f"timestamp {_shown(text)} is no time in living memory: {_CURE}")
    return moment.timestamp()


def _shown(value: object) -> str:
    """At most 40 characters of it; a number of a thousand digits has no decimal form to show."""
    if isinstance(value, int) and value.bit_length() > 256:
        return "of a huge number"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return repr(value)[:40]
