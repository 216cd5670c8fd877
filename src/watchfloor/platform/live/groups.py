"""Names of channel-layer groups, made on the server from ids alone."""

from __future__ import annotations


def sockets_of(user_id: str) -> str:
    """Return the group of a user's open sockets.

    Send it `{"type": "session.check"}` when a session ends or a role changes: each socket looks
    at its session at once instead of within half a minute.
    """
    return f"user.{user_id}"
