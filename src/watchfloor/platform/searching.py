"""Bounds of a search for words, so that no search reads all that ever came."""

from __future__ import annotations

from datetime import datetime, timedelta

from watchfloor.platform.errors import Invalid

MOST_WORDS = 8
DAYS_BACK = 31
"""So far back a search looks that does not say how far."""


def words_of(text: str) -> list[str]:
    """Return the words that must all occur. Raises: Invalid for too many: each is a look-up."""
    words = text.split()
    if len(words) > MOST_WORDS:
        message = f"Search for at most {MOST_WORDS} words."
        raise Invalid(message, fields={"q": message})
    return words


def begin(until: datetime) -> datetime:
    return until - timedelta(days=DAYS_BACK)
