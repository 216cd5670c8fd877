"""Which request, from which address, the running code works for: audit rows and logs say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    request_id: str = ""
    ip: str = ""


_NOWHERE = Trace()
_trace: ContextVar[Trace] = ContextVar("watchfloor_trace", default=_NOWHERE)


def current_trace() -> Trace:
    return _trace.get()


@contextmanager
def trace_scope(trace: Trace) -> Iterator[Trace]:
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)
