"""Waiting for PostgreSQL's notifications on a connection of one's own, outside Django's.

A notification is a wake-up; rows are the truth. Whoever waits also looks when the wait is over.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from watchfloor.platform.tenancy.connect import parameters

# A peer that vanished without a word (a pulled cable) is noticed within 10 + 3 x 5 seconds.
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


def reaching(alias: str = "system") -> dict[str, Any]:
    """Return the parameters of a connection in autocommit that stays open for long."""
    return {**parameters(alias), **_KEEPALIVE, "connect_timeout": 5, "autocommit": True}


def listen(channel: str) -> psycopg.Connection[TupleRow]:
    """Return a connection that hears `channel`. Look at the rows after this call, then wait."""
    connection = psycopg.connect(**reaching())
    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    return connection


def wait(connection: psycopg.Connection[TupleRow], seconds: float) -> list[str]:
    """Sleep until somebody notifies, at most `seconds`; return the payloads heard."""
    return [heard.payload for heard in connection.notifies(timeout=seconds, stop_after=1)]
