"""Listens to the sources minute by minute: learns how they speak, and tells of their silence.

What is asked is whether a source sends, not whether the floor keeps up: it is listened to up to
the oldest report that waits. A time in which the floor itself did not listen is nobody's silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.intake import services as intake
from watchfloor.noc.rhythm import selectors, telling
from watchfloor.noc.rhythm.models import SourceRhythm
from watchfloor.noc.rhythm.selectors import rhythm_of, standing
from watchfloor.noc.rhythm.services import ensure_rows, living_keys
from watchfloor.noc.rhythm.telling import Keys
from watchfloor.platform.jobs.tenants import apart

EVERY = timedelta(minutes=1)
AWAY = timedelta(minutes=5)
"""Whoever has not looked for so long was not there."""
SETTLES = timedelta(seconds=30)
"""What arrived is on disk and in sight by then, unless it waits."""


def listen_all(now: datetime) -> None:
    """Listen to the sources of every tenant that has ever heard from one."""
    for stream in streams.glance():
        with apart(stream.tenant_id, "sources.listen"):
            listen(now)


@transaction.atomic
def listen(now: datetime) -> None:
    """Go on to `now` for the tenant in scope."""
    rows = ensure_rows(now)
    if not rows:
        return
    until = _settled(now)
    rhythms = {row.pk: rhythm_of(row) for row in rows}
    spoken = selectors.spoken(min(one.heard_until for one in rhythms.values()), until.timestamp())
    keys = living_keys()
    for row in rows:
        rhythm = rhythms[row.pk]
        is_told = row.silent_since is not None
        if now - row.looked_at > AWAY and not is_told:
            rhythm.miss(now.timestamp())
        minutes = spoken.get(row.integration_id, ())
        rhythm.hear(minutes, until=until.timestamp(), is_told=is_told)
        row.learnt, row.looked_at = msgspec.msgpack.encode(rhythm), now
        _judge(row, keys, until, now)
    SourceRhythm.objects.bulk_update(rows, ["learnt", "looked_at", "silent_since"])


def _settled(now: datetime) -> datetime:
    """Return up to when all that arrived has been worked."""
    settled = now - SETTLES
    waiting = selectors.oldest_waiting()
    return settled if waiting is None else min(settled, waiting)


def _judge(row: SourceRhythm, keys: Mapping[int, Keys], until: datetime, now: datetime) -> None:
    """Tell that a silence began or is over. One that is told goes on until the source speaks."""
    stands, place = standing(row), keys.get(row.integration_id)
    if row.silent_since is not None:
        if place is None or stands.quiet_since > row.silent_since:
            row.silent_since = None
            intake.put([telling.over(row.integration, place or Keys(), now)])
    elif place is not None and stands.is_due(until):
        row.silent_since = stands.quiet_since
        intake.put([telling.silent(row.integration, stands, place, now)])
