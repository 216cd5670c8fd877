"""How urgent a ticket or work order is: four words for it, however its sender says it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from watchfloor.aiops.types import Severity


class Priority(StrEnum):
    """P1 is the most urgent."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


UNSAID = Priority.P3
"""How urgent a ticket or work order is of which nobody said it."""

CURE = "send P1 to P4, 1 to 5, or a word as critical, high, medium, low; or leave it out"
SPELLINGS: Mapping[str, Priority] = {
    "1": Priority.P1, "CRITICAL": Priority.P1, "URGENT": Priority.P1, "EMERGENCY": Priority.P1,
    "HIGHEST": Priority.P1,
    "2": Priority.P2, "HIGH": Priority.P2,
    "3": Priority.P3, "MEDIUM": Priority.P3, "MODERATE": Priority.P3, "NORMAL": Priority.P3,
    "4": Priority.P4, "LOW": Priority.P4,
    "5": Priority.P4, "LOWEST": Priority.P4,
}  # fmt: skip

SEVERITIES: Mapping[Priority, Severity] = {
    Priority.P1: Severity.CRITICAL,
    Priority.P2: Severity.HIGH,
    Priority.P3: Severity.MEDIUM,
    Priority.P4: Severity.LOW,
}


def priority_of(said: int | str | None) -> Priority | None:
    """Return the priority, None where nothing was said, or nothing that we know.

    >>> priority_of(2), priority_of("critical"), priority_of("2 - High"), priority_of("soon")
    (<Priority.P2: 'P2'>, <Priority.P1: 'P1'>, <Priority.P2: 'P2'>, None)
    """
    word = str(said or "").partition(" - ")[0].strip().upper()
    return SPELLINGS.get(word.removeprefix("P"))
