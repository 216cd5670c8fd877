"""Waiting for PostgreSQL's notifications on a connection of one's own, outside Django's.

A notification is a wake-up; rows are the truth. Whoever waits also looks when the wait is over.
"""

from __future__ import annotations

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

# A peer that vanished without a word (a pulled cable) is noticed within 10 + 3 x 5 seconds.
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


def conninfo(alias: str = "system") -> str:
    """Return how to reach the database of `alias` without Django."""
    settings = connections[alias].settings_dict
    return make_conninfo(
        "",
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        connect_timeout=5,
        **_KEEPALIVE,
        **settings["OPTIONS"],
    )


def listen(channel: str) -> psycopg.Connection[TupleRow]:
    """Return a connection that hears `channel`. Look at the rows after this call, then wait."""
    connection = psycopg.connect(conninfo(), autocommit=True)
    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    return connection


def wait(connection: psycopg.Connection[TupleRow], seconds: float) -> list[str]:
    """Sleep until somebody notifies, at most `seconds`; return the payloads heard."""
    return [heard.payload for heard in connection.notifies(timeout=seconds, stop_after=1)]
