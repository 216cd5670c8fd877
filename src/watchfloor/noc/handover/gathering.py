"""Gathers what a handover says within the places of who writes it, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from watchfloor.noc.alerts.tested import Test
from watchfloor.noc.handover import done, open_work
from watchfloor.noc.handover.contents import Contents
from watchfloor.noc.handover.endings import endings
from watchfloor.platform.accounts.names import names_of
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import Invalid

LONGEST = timedelta(hours=72)
"""The longest duty there is; queries bear it in a flood."""


def gather(
    scope: Scope, *, since: datetime, now: datetime, tests: Iterable[Test], by: str
) -> Contents:
    """Return what the shift that began at `since` leaves. Nine queries.

    Raises: Invalid for a beginning that is to come, or longer ago than 72 hours.
    """
    if not now - LONGEST <= since < now:
        cure = "choose a time within the last 72 hours"
        raise Invalid("A shift cannot begin then.", fields={"since": cure})
    rows = open_work.rows(scope, since)
    still_open = open_work.open_of(rows)
    words = done.words(scope, [row["id"] for row in still_open], since, now)
    marks, acts = done.marks(scope, since, now), done.acts(scope, since, now)
    came, ended = done.counted(scope, since, now)
    holds = Counter(filter(None, map(open_work.holder, still_open)))
    markers = {one.by_id for one in marks if one.by_kind == "user"}
    names = names_of({*words.authors, *acts, *markers, *holds})
    return Contents(
        by=by,
        work=open_work.work(still_open, words.notes, names, now),
        alarms=open_work.alarms(rows, since),
        came=came,
        ended=ended,
        calls=done.calls(words.calls, names),
        skipped=done.skipped(marks, names),
        endings=endings(scope, tests, now),
        quiet=done.quiet(scope, since, now),
        released=done.released(acts),
        desks=done.desks(acts, names, holds),
    )
