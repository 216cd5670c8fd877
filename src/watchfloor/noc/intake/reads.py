"""What becomes of each item of a body: a report, an event, a rejection, nothing; or of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.operation.stored import Arrived


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one field, and the cure. `pointer` is a JSON pointer into the item."""

    pointer: str
    message: str


class Rejected(msgspec.Struct, frozen=True):
    """An item that was not taken; the others of the same body are."""

    index: int
    errors: list[Fault]
    status: int = 400


class Noted(msgspec.Struct, frozen=True):
    """An item that was understood and leaves nothing behind."""

    dedup_key: str


Read: TypeAlias = Report | Arrived | Rejected | Noted
Reads: TypeAlias = Iterator[Read]


def rejected(index: int, message: str, pointer: str = "", status: int = 400) -> Rejected:
    return Rejected(index, [Fault(pointer, message)], status)


class Refused(Exception):
    """The whole request is refused; nothing of it was kept."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def malformed(message: str) -> Refused:
    return Refused(400, "malformed", message)
