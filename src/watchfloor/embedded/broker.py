# mypy: disallow-untyped-calls=False
# (kombu says that it is typed; its methods are not)
"""Celery's transport on PostgreSQL: a wake-up and nothing more.

A message is deleted when it is taken; there is no lease and no ETA, and the table does not
survive a crash. Whoever sends one has rows that say what is to be done, and a sweeper that sends
again. Put and take are one statement each; a waiting worker sleeps in LISTEN.
"""

import contextlib
import math
import os
import select
import signal
import socket
import threading
import time
from queue import Empty
from typing import Any

import psycopg
from kombu.transport import virtual
from kombu.utils.json import dumps, loads
from psycopg.rows import TupleRow

from watchfloor.embedded.roles import SYSTEM, VARIABLES

QUEUE_TABLE = f"""
CREATE UNLOGGED TABLE IF NOT EXISTS queue_message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL,
    priority smallint NOT NULL,
    body text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE INDEX IF NOT EXISTS queue_message_next ON queue_message (queue, priority DESC, id);
REVOKE ALL ON queue_message FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON queue_message TO {SYSTEM};
"""
PUT = """
WITH put AS (INSERT INTO queue_message (queue, priority, body) VALUES (%s, %s, %s) RETURNING queue)
SELECT pg_notify('queue_message', queue) FROM put
"""
TAKE = """
DELETE FROM queue_message WHERE id = (
    SELECT id FROM queue_message WHERE queue = %s
    ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING body
"""
# The longest time a message waits if its notification is lost with a connection.
LONGEST_SLEEP = 5.0
STOP_SIGNALS = frozenset({signal.SIGINT, signal.SIGQUIT, signal.SIGTERM})


def connect() -> psycopg.Connection[TupleRow]:
    return psycopg.connect(os.environ[VARIABLES[SYSTEM]], autocommit=True)


class Channel(virtual.Channel):
    supports_fanout = False
    _connection: psycopg.Connection[TupleRow] | None = None

    @property
    def database(self) -> psycopg.Connection[TupleRow]:
        if self._connection is None:
            self._connection = connect()
        return self._connection

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        self.connection.wake()

    def close(self) -> None:
        super().close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _put(self, queue: str, message: dict[str, Any], **_: Any) -> None:
        if (message.get("headers") or {}).get("eta"):
            raise ValueError("no ETA here: store when to act in a row and let it be swept")
        priority = int((message.get("properties") or {}).get("priority") or 0)
        self.database.execute(PUT, (queue, priority, dumps(message)))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        row = self.database.execute(TAKE, (queue,)).fetchone()
        if row is None:
            raise Empty
        return loads(row[0])

    def _size(self, queue: str) -> int:
        count = "SELECT count(*) FROM queue_message WHERE queue = %s"
        [size] = self.database.execute(count, (queue,)).fetchone() or (0,)
        return int(size)

    def _purge(self, queue: str) -> int:
        return self.database.execute(
            "DELETE FROM queue_message WHERE queue = %s", (queue,)
        ).rowcount

    def _has_queue(self, queue: str, **_: Any) -> bool:
        return True  # a queue is a word in a column


class Transport(virtual.Transport):
    Channel = Channel
    can_parse_url = True
    driver_type = "postgresql"
    driver_name = "psycopg"
    _ears: "Ears | None" = None
    connection_errors: tuple[type[Exception], ...] = (  # type: ignore[assignment]
        *virtual.Transport.connection_errors,
        psycopg.OperationalError,
    )

    def driver_version(self) -> str:
        return psycopg.__version__

    def wake(self) -> None:
        """End the wait in `drain_events`: a finished task made room for another message."""
        if self._ears is not None:
            self._ears.wake()

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:
        """Deliver one message, waiting for it at most `timeout` seconds; else TimeoutError."""
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        cycle, self._ears = self.cycle, self._ears or Ears()
        interrupted = False
        while cycle is not None:
            try:
                cycle.get(self._deliver, timeout=timeout)
            except Empty:
                left = deadline - time.monotonic()
                if interrupted or left <= 0:
                    raise TimeoutError from None
                interrupted = self._ears.sleep(min(left, LONGEST_SLEEP))
            else:
                return

    def close_connection(self, connection: Any) -> None:
        super().close_connection(connection)
        if self._ears is not None:
            self._ears.close()
            self._ears = None


class Ears:
    """Sleeps until somebody puts a message, this process says `wake`, or a signal arrives.

    Listening begins before the first look at the table, so nothing falls in between.
    """

    def __init__(self) -> None:
        self._listener = connect()
        self._listener.execute("LISTEN queue_message")
        self._waiting, self._waking = socket.socketpair()
        self._waiting.setblocking(False)
        self._waking.setblocking(False)
        # Without it a worker that is told to stop would first sleep out its two seconds, twice.
        self._told_to_stop = False
        self._hears_signals = threading.current_thread() is threading.main_thread()
        if self._hears_signals:
            signal.set_wakeup_fd(self._waking.fileno(), warn_on_full_buffer=False)

    def wake(self) -> None:
        with contextlib.suppress(OSError):  # full of wake-ups already, or closed with its owner
            self._waking.send(b".")

    def sleep(self, seconds: float) -> bool:
        """Return True when woken by `wake` or a signal, False for a message or the time."""
        if self._told_to_stop:
            return True  # Celery looks for messages once more after it was told
        heard, woken = self._listener.fileno(), self._waiting.fileno()
        ready, _, _ = select.select([heard, woken], [], [], seconds)
        if heard in ready:
            for _ in self._listener.notifies(timeout=0):
                continue
        if woken not in ready:
            return False
        self._told_to_stop = not STOP_SIGNALS.isdisjoint(self._waiting.recv(4096))
        return True

    def close(self) -> None:
        if self._hears_signals:
            signal.set_wakeup_fd(-1)
        self._listener.close()
        self._waiting.close()
        self._waking.close()
