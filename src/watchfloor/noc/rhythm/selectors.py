"""Reading what is known of the sources' rhythms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from watchfloor.aiops.alerts.rhythm import Expected, Rhythm, Unknown
from watchfloor.aiops.types import Seconds
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.noc.rhythm.models import LimitBy, SourceRhythm
from watchfloor.platform import bulk
from watchfloor.platform.moments import moment
from watchfloor.platform.tenancy.context import require_tenant_id

_rhythm = msgspec.msgpack.Decoder(Rhythm).decode
_SPOKEN = """
SELECT integration_id, array_agg(minute ORDER BY minute) FROM (
    SELECT DISTINCT integration_id,
        extract(epoch FROM date_trunc('minute', received_at))::float8 AS minute
    FROM alerts_report
    WHERE tenant_id = %b AND received_at >= %b AND received_at < %b AND integration_id <> %b
) AS heard
GROUP BY 1"""
_OLDEST = """
SELECT min(received_at) FROM intake_intakerecord
WHERE tenant_id = %b AND quarantined_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one source: after how long it is silent, or why nobody can say."""

    limit_by: LimitBy
    minutes: int | None
    limit: timedelta | None
    usual: timedelta | None
    unknown: Unknown | None
    quiet_since: datetime
    listened_since: datetime
    silent_since: datetime | None

    def is_due(self, at: datetime) -> bool:
        return self.limit is not None and at - self.quiet_since >= self.limit


def rhythm_of(row: SourceRhythm) -> Rhythm:
    return _rhythm(bytes(row.learnt))


def standing(row: SourceRhythm) -> Standing:
    rhythm = rhythm_of(row)
    expected = rhythm.expected()
    learnt = expected if isinstance(expected, Expected) else None
    limit = _in_minutes(learnt.limit) if learnt else None
    if row.limit_by != LimitBy.LEARNT:
        is_fixed = row.limit_by == LimitBy.FIXED
        limit = timedelta(minutes=row.minutes or 0) if is_fixed else None
    return Standing(
        limit_by=LimitBy(row.limit_by),
        minutes=row.minutes,
        limit=limit,
        usual=_in_minutes(learnt.usual) if learnt else None,
        unknown=None if isinstance(expected, Expected) else expected,
        quiet_since=moment(rhythm.quiet_since),
        listened_since=moment(rhythm.begun_at),
        silent_since=row.silent_since,
    )


def spoken(since: Seconds, until: Seconds) -> Mapping[int, list[Seconds]]:
    """Return, by integration, the minutes in which reports of the tenant in scope arrived."""
    asked = [require_tenant_id(), moment(since), moment(until), OURSELVES]
    return dict(bulk.run(_SPOKEN, asked))


def oldest_waiting() -> datetime | None:
    """Return when the oldest report arrived that was accepted and is not worked."""
    [(oldest,)] = bulk.run(_OLDEST, [require_tenant_id()])
    return oldest  # type: ignore[no-any-return]


def _in_minutes(length: Seconds) -> timedelta:
    return timedelta(minutes=max(1, round(length / 60)))
