"""What time does to alerts: silence ends them, flapping calms down, reasons to keep quiet end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from watchfloor.aiops.alerts.flapping import is_flapping
from watchfloor.aiops.alerts.lives import Life, expire
from watchfloor.aiops.alerts.suppression import FOREVER, Kind, Suppression
from watchfloor.aiops.noise.inhibition import GRACE
from watchfloor.aiops.noise.judge import ask_again as ask_later
from watchfloor.aiops.types import Seconds, Signal
from watchfloor.noc.alerts import rules
from watchfloor.noc.alerts.keeping import LEARNT_KINDS
from watchfloor.noc.alerts.store import unpack
from watchfloor.noc.alerts.subjects import ALERTS, COLUMNS, subject_of
from watchfloor.noc.alerts.work import reason_of, suppression_from
from watchfloor.platform import bulk
from watchfloor.platform.tenancy.context import require_tenant_id

MOST = 2_000
"""Alerts in one pass: what is left is taken by the next."""

_DUE = """
SELECT id, machine FROM alerts_nocalertevent
WHERE tenant_id = %b AND signal = 1 AND expires_at <= to_timestamp(%b)
ORDER BY expires_at LIMIT %b"""
_ENDED = bulk.Shape.of("id uuid, machine bytea, ended_at float8, is_flapping bool")
_END = f"""
UPDATE alerts_nocalertevent a SET signal = 3, machine = x.machine, expires_at = NULL,
    resolved_at = to_timestamp(x.ended_at), is_flapping = x.is_flapping,
    suppressed_until = CASE WHEN split_part(a.suppressed_by, ':', 1) = ANY(%b::text[])
        THEN to_timestamp({FOREVER}) ELSE a.suppressed_until END
FROM {_ENDED.source()}
WHERE a.tenant_id = %b AND a.id = x.id
RETURNING a.id, a.cluster_id"""  # noqa: S608  names of our own columns


@dataclass(frozen=True, slots=True)
class Aged:
    """An alert that time changed, and the cluster it is in."""

    alert_id: UUID
    cluster_id: UUID | None


def expire_alerts(at: Seconds) -> list[Aged]:
    """End the alerts whose senders have been silent for too long at the stream's time `at`."""
    policy = rules.policy()
    ended = []
    for pk, machine in bulk.run(_DUE, [require_tenant_id(), at, MOST]):
        life = unpack(machine)
        if expire(life, at, policy):
            ended.append((pk, msgspec.msgpack.encode(life), life.ended_at, life.is_flapping))
    if not ended:
        return []
    return _aged(bulk.run(_END, [LEARNT_KINDS, *_ENDED.arrays(ended), require_tenant_id()]))


_QUIET = f"""
SELECT a.id, a.machine, {COLUMNS}, a.suppressed_by,
    extract(epoch FROM a.suppressed_until)::float8, a.suppressed_why
FROM {ALERTS}
WHERE a.tenant_id = %b AND a.suppressed_by <> ''
    AND (a.suppressed_until <= to_timestamp(%b) OR a.suppressed_until IS NULL)
ORDER BY a.suppressed_until NULLS FIRST LIMIT %b"""  # noqa: S608  names of our own columns
_ASKED = bulk.Shape.of(
    "id uuid, machine bytea, is_flapping bool, suppressed_by text, suppressed_until float8,"
    " suppressed_why text"
)
_ANSWER = f"""
UPDATE alerts_nocalertevent a SET machine = x.machine, is_flapping = x.is_flapping,
    suppressed_by = x.suppressed_by, suppressed_until = to_timestamp(x.suppressed_until),
    suppressed_why = x.suppressed_why
FROM {_ASKED.source()}
WHERE a.tenant_id = %b AND a.id = x.id
RETURNING a.id, a.cluster_id"""  # noqa: S608  names of our own columns


def ask_again(at: Seconds) -> list[Aged]:
    """Re-evaluate what is kept quiet for a reason that has ended at the stream's time `at`.

    Returns those whose answer is another one than before.
    """
    quiet = bulk.run(_QUIET, [require_tenant_id(), at, MOST])
    if not quiet:
        return []
    policy, suppressions = rules.policy(), rules.suppressions()
    held = _causes_holding([suppressed_by for *_, suppressed_by, _, _ in quiet], at)
    answers = []
    for pk, machine, *columns, suppressed_by, until, why in quiet:
        life = unpack(machine)
        life.is_flapping = is_flapping(life.is_flapping, life.changes, at, policy)
        subject = subject_of(columns, policy.life_safety_types, is_flapping=life.is_flapping)
        found = suppressions.applying(subject, at) or _tested(life, suppressed_by, why)
        if found is None:
            found = _explained(suppression_from(suppressed_by, until, why), held, at)
        ends, words = (found.until, found.reason) if found else (None, "")
        if (reason_of(found), ends, words) != (suppressed_by, until, why):
            packed = msgspec.msgpack.encode(life)
            answers.append((pk, packed, life.is_flapping, reason_of(found), ends, words))
    return _aged(bulk.run(_ANSWER, [*_ASKED.arrays(answers), require_tenant_id()]))


def _tested(life: Life, suppressed_by: str, why: str) -> Suppression | None:
    """Return the test that an alert was part of, and stays: it was over before the test was."""
    kind, _, rule_id = suppressed_by.partition(":")
    if kind != Kind.TEST or life.signal is Signal.FIRING:
        return None
    return Suppression(Kind.TEST, rule_id, why, FOREVER)


_HOLDING = """
SELECT replace(id::text, '-', '') FROM alerts_nocalertevent
WHERE tenant_id = %b AND id = ANY(%b::uuid[])
    AND (signal = 1 OR resolved_at > to_timestamp(%b))"""


def _causes_holding(reasons: Iterable[str], at: Seconds) -> set[str]:
    """Return ids of the alerts that still explain what lies below them."""
    prefix = f"{Kind.INHIBITED}:"
    causes = {one.removeprefix(prefix) for one in reasons if one.startswith(prefix)}
    if not causes:
        return set()
    rows = bulk.run(_HOLDING, [require_tenant_id(), sorted(causes), at - GRACE])
    return {pk for (pk,) in rows}


def _explained(before: Suppression | None, held: set[str], at: Seconds) -> Suppression | None:
    """Return what still explains an alert of which no rule says anything."""
    if before is None:
        return None
    return ask_later(before, at, before.rule_id in held)


_WAKE = """
UPDATE alerts_nocalertevent SET snoozed_until = NULL, version = version + 1
WHERE tenant_id = %b AND snoozed_until <= %b RETURNING id, cluster_id"""


def wake_alerts(now: datetime) -> list[Aged]:
    """End the sleep of alerts that people let rest until now. By the clock on the wall."""
    return _aged(bulk.run(_WAKE, [require_tenant_id(), now]))


def _aged(rows: Iterable[tuple[Any, ...]]) -> list[Aged]:
    return [Aged(*row) for row in rows]
