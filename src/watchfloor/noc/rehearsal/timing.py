"""How long things of a rehearsal may take."""

from __future__ import annotations

from datetime import timedelta

ABANDONED = timedelta(minutes=2)
"""A worker that says nothing for so long is dead."""
BEAT = timedelta(seconds=2)
WARM_UP = timedelta(days=2)
"""Reports before the period that are heard and not counted: both sides know the noise by then."""
LONGEST = timedelta(days=400)
