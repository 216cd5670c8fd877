"""Errors that a person or a program outside gets to see.

NocError          code, status    shown as {"code", "message", ...}
  NotFound 404    Denied 403    Invalid 422 (fields)    Conflict 409 (state)
  TooMany 429 (retry_after)     Unavailable 503 (retry_after)
  ExternalError 502
    TransientFailure (retry_after)      PermanentFailure (why)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class NocError(Exception):
    """Base of what is told to the caller: a code for machines, a sentence for people."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def problem(self) -> dict[str, object]:
        return {"code": self.code, "message": self.message, **self.details}


class NotFound(NocError):
    code = "not_found"
    status = 404


class Denied(NocError):
    code = "denied"
    status = 403


class Invalid(NocError):
    """The request makes no sense; `fields` names each wrong field and the cure."""

    code = "invalid"
    status = 422

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        self.fields = dict(fields or {})
        super().__init__(message, fields=self.fields)


class Conflict(NocError):
    """The thing is in a state that does not allow this act."""

    code = "conflict"
    status = 409


class TooMany(NocError):
    code = "too_many"
    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after


class Unavailable(NocError):
    code = "unavailable"
    status = 503

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after


class ExternalError(NocError):
    """Another system did not do what we asked of it."""

    code = "external"
    status = 502


class TransientFailure(ExternalError):
    """Worth another try, not before `retry_after` seconds where the other side named a time."""

    code = "external_transient"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentFailure(ExternalError):
    """Another try would fail alike."""

    code = "external_permanent"
