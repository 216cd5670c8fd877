"""Whether people are told of an alert that begins, by what became of its like.

Never kept back: life safety, an unconfirmed intrusion, what is above the highest severity notified
at the entity within half an hour, the first alerts of a new entity, and whatever people asked to
be told of by setting a cap to 0. Everything kept back has its reason and its end.
"""

from __future__ import annotations

import msgspec

from watchfloor.aiops.alerts.lives import LifeStep, Verdict
from watchfloor.aiops.alerts.protection import Protection
from watchfloor.aiops.alerts.suppression import FOREVER, Kind, Suppression
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.noise.inhibition import ASK
from watchfloor.aiops.noise.memory import NoiseMemory
from watchfloor.aiops.noise.patterns import Share, narrowed
from watchfloor.aiops.noise.policy import NoisePolicy
from watchfloor.aiops.types import Seconds, Signal

LEARNT = frozenset({Kind.TRANSIENT, Kind.LONE, Kind.INHIBITED})
"""Reasons that come from here."""
ALONE = frozenset({Kind.TRANSIENT, Kind.LONE})
"""Those that hold while nothing corroborates the alert."""

_MOST_TIMES = 2
"""So often in a row an alert is kept back, then people are told."""


class Answer(msgspec.Struct, frozen=True):
    suppression: Suppression | None = None
    released: tuple[str, ...] = ()
    """Alerts that this report corroborates: kept back alone, they are no longer alone."""


TELL = Answer()


def judge(
    memory: NoiseMemory,
    policy: NoisePolicy,
    view: ReportView,
    step: LifeStep,
    protection: Protection,
    before: Suppression | None,
) -> Answer:
    """Answer for a report that no person's rule keeps quiet. `before`: what kept its alert so.

    Changes nothing; `memory.hear` is to be told the report afterwards.
    """
    if view.is_touch or view.signal is not Signal.FIRING or step.verdict is Verdict.LATE:
        return Answer(_kept(step, before))
    opens = step.verdict is Verdict.OPENED
    if not opens and not _is_judged_anew(memory, view, before):
        return Answer(_still(memory, view, step, before))
    released = tuple(memory.corroborated(view))
    if protection is not Protection.NONE or step.severity_rose:
        return Answer(None, released)
    found = _inhibited(memory, policy, view) if opens else None
    if found is None and not _is_spared(memory, policy, view):
        found = (_transient(memory, policy, view) if opens else None) or _lone(memory, policy, view)
    return Answer(found, released)


def lapse(
    memory: NoiseMemory, alert_id: str, before: Suppression, now: Seconds
) -> Suppression | None:
    """Return what still keeps an alert quiet at `now`, of what was learnt."""
    found: Suppression | None = before
    while found is not None and found.until is not None and found.until <= now:
        if not memory.fires(alert_id, found.until):
            return msgspec.structs.replace(found, until=FOREVER)
        found = ask_again(found, found.until, memory.holds(found.rule_id, found.until))
    return found


def ask_again(before: Suppression, at: Seconds, cause_holds: bool) -> Suppression | None:
    """Answer for an alert that still fires at `at`, the end of what kept it quiet."""
    if before.kind is Kind.INHIBITED and cause_holds:
        return msgspec.structs.replace(before, until=at + ASK)
    return None


def _kept(step: LifeStep, before: Suppression | None) -> Suppression | None:
    """Answer for a report that does not fire: nobody needs to hear the end of what he never heard.

    If it fires again all the same, people are told: then it was not so soon over.
    """
    if before is None or step.life.signal is Signal.FIRING:
        return before
    return msgspec.structs.replace(before, until=FOREVER)


def _is_judged_anew(memory: NoiseMemory, view: ReportView, before: Suppression | None) -> bool:
    """Whether a further report of an alert tells of something new, which may be nothing again.

    But whoever stays ill, and says so every few hours, is heard the third time.
    """
    if not memory.recurs(view):
        return False
    may_be_nothing = before is None or before.kind is Kind.LONE
    return may_be_nothing and memory.times_kept(view.alert_id) < _MOST_TIMES


def _still(
    memory: NoiseMemory, view: ReportView, step: LifeStep, before: Suppression | None
) -> Suppression | None:
    """A further report of an alert: an end of what kept it quiet, if it was told again."""
    if before is None or step.severity_rose or before.until == FOREVER:
        return None
    if before.kind is Kind.TRANSIENT and before.until is not None and view.at < before.until:
        return before
    if before.kind is Kind.INHIBITED and memory.state.losses.holds(before.rule_id, view.at):
        return before
    return None


def _inhibited(memory: NoiseMemory, policy: NoisePolicy, view: ReportView) -> Suppression | None:
    cause = memory.state.losses.cause_of(view, policy.inhibit_share)
    if cause is None:
        return None
    alert_id, loss = cause
    reason = f"explained by {loss.alert_type} above it"
    return Suppression(Kind.INHIBITED, alert_id, reason, view.at + ASK)


def _is_spared(memory: NoiseMemory, policy: NoisePolicy, view: ReportView) -> bool:
    """Whether the entity is new, or it is worse than what people were told of it lately."""
    known = memory.pattern("", f"%{view.entity}")
    if known is None or known.begun_lately(view.at) < policy.spare_first:
        return True
    told = memory.state.lately.told_of(view)
    return bool(told) and view.severity > max(told)


def _transient(memory: NoiseMemory, policy: NoisePolicy, view: ReportView) -> Suppression | None:
    cap = policy.cap(view.severity)
    if cap <= 0:
        return None
    share = narrowed([kind.over_within(cap) for kind in memory.kinds(view)])
    if share.bound < policy.pause_bound:
        return None
    reason = f"{_percent(share)} like it were over by themselves within {cap / 60:g} min"
    return Suppression(Kind.TRANSIENT, "", reason, view.at + cap)


def _lone(memory: NoiseMemory, policy: NoisePolicy, view: ReportView) -> Suppression | None:
    if view.severity > policy.lone_severity:
        return None
    share = narrowed([kind.to_nothing() for kind in memory.kinds(view)])
    if share.bound < policy.lone_bound or not memory.is_alone(view):
        return None
    reason = f"{_percent(share)} like it were told once, alone, and came to nothing"
    return Suppression(Kind.LONE, "", reason, view.expires_at)


def _percent(share: Share) -> str:
    return f"{share.value:.0%} of {share.of:.0f}"
