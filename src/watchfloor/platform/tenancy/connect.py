"""Connections of our own, beside Django's: for listening, and for threads that outlive requests."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connections

# What Django adds for its own cursors.
_DJANGO_ONLY = {"cursor_factory", "context", "prepare_threshold"}


def parameters(alias: str) -> dict[str, Any]:
    """Return how to reach the database as the role of `alias`, for psycopg."""
    found = connections[alias].get_connection_params()
    return {name: value for name, value in found.items() if name not in _DJANGO_ONLY}


def connect(alias: str) -> psycopg.Connection[Any]:
    """Open a connection in autocommit. It knows no tenant: `wf_app` sees nothing through it."""
    return psycopg.connect(**parameters(alias), autocommit=True)
