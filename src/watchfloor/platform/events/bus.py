"""Telling other parts what happened: an event is a row in the transaction of its change.

A rollback leaves no event. The relay calls the handlers after the commit, in the order of the
tenant, at least once: a handler that runs again must change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.module_loading import autodiscover_modules

from watchfloor.platform.events.models import OutboxEvent

CHANNEL = "wf_outbox"
FIRST_LANE, NORMAL_LANE = 0, 1


@dataclass(frozen=True, slots=True)
class Event:
    """What a handler gets: ids of what changed. The handler reads the state as it is by then."""

    kind: str
    payload: Mapping[str, Any]
    tenant_id: int
    at: datetime


Handler = Callable[[Event], None]
_handlers: defaultdict[str, dict[str, Handler]] = defaultdict(dict)


class OutsideTransaction(RuntimeError):
    """An event was published where no transaction ties it to its change."""


def publish(
    kind: str, payload: Mapping[str, Any], *, at: datetime, lane: int = NORMAL_LANE
) -> None:
    """Write the event in the caller's transaction; lane 0 is relayed before all others."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"publish({kind!r}) needs the transaction of the change")
    OutboxEvent.objects.create(kind=kind, payload=payload, lane=lane, created_at=at)
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def subscribe(kind: str) -> Callable[[Handler], Handler]:
    """Register a handler, in an app's `handlers.py`. It may use the database and nothing else."""

    def register(handler: Handler) -> Handler:
        _handlers[kind][name_of(handler)] = handler
        return handler

    return register


def name_of(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"


def handlers_of(kind: str) -> dict[str, Handler]:
    """Return the handlers of `kind` by name, in the order of their registration."""
    return _handlers.get(kind, {})


def all_handlers() -> dict[str, dict[str, Handler]]:
    """Return every subscription, by kind and name."""
    load_handlers()
    return {kind: dict(handlers) for kind, handlers in _handlers.items()}


def load_handlers() -> None:
    """Import `handlers.py` of every app. Only processes that relay need them."""
    autodiscover_modules("handlers")
