"""What the rules say of the subjects that a batch touches, and of those whose time has come.

One that raises stops nobody else: a rule is asked again later, and a subject that time alone
brought up is looked at later. What an event does to a subject is the event's own affair: its batch
is halved down to it, and it is quarantined.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.engine import ASK_AGAIN, Advanced, Engine, Timed, Transition
from watchfloor.aiops.operation.events import Event, Punch, Relief
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.rules.catalogue import KINDS, RULES
from watchfloor.aiops.operation.settling import is_late, reach
from watchfloor.aiops.types import Seconds
from watchfloor.domain.naming.happenings import Happening
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.sensing.reactive import belated, store
from watchfloor.sensing.reactive.store import Known, Subject

log = structlog.get_logger(__name__)

ENGINE = Engine(RULES, is_lenient=True)
_HEARD: dict[type[Event], list[type[Facts]]] = {}
for _facts in KINDS.values():
    for _event in _facts.hears:
        _HEARD.setdefault(_event, []).append(_facts)


def judge(
    happenings: Sequence[Happening],
    found: Sequence[Punch | Relief],
    until: Seconds,
    directory: Directory,
    *,
    alone: bool,
) -> list[Transition]:
    """Take every subject that is touched, or `alone` not is due, through events and time.

    What was `found` is for its shift: punches that it adopts have been heard of by all others.
    """
    timed, prompt = _timed(happenings, directory)
    completed = belated.give(timed, found)
    known = store.load(timed, None if alone else until, KINDS)
    transitions: list[Transition] = []
    kept: list[Known] = []
    over: list[Subject] = []
    failed: dict[str, tuple[Subject, Exception]] = {}
    for subject in {**dict.fromkeys(known), **dict.fromkeys(timed)}:
        kind, code = subject
        before = known.get(subject) or Known(KINDS[kind](code=code), None)
        events = timed.get(subject, ())
        late = None if subject in prompt else max((one.at for one in events), default=None)
        span = reach(late, until, before.held_until)
        after = _advanced(before, events, span.until, directory)
        told = after.transitions
        transitions += belated.lasting(told) if subject in completed else told
        failed.update((name, (subject, error)) for name, error in after.failed.items())
        if after.facts is not None:
            kept.append(Known(after.facts, after.due_at, span.held_until))
        elif subject in known:
            over.append(subject)
    store.save(kept)
    store.forget(over)
    _tell(failed)
    return sorted(transitions, key=lambda one: one.at)


def _timed(
    happenings: Sequence[Happening], directory: Directory
) -> tuple[dict[Subject, list[Timed]], set[Subject]]:
    """Return what each subject hears, and those that hear something that did not come late."""
    timed: dict[Subject, list[Timed]] = {}
    prompt: set[Subject] = set()
    for one in happenings:
        heard = Timed(one.at, one.event)
        subjects = [
            (facts.kind, code)
            for facts in _HEARD.get(type(one.event), ())
            for code in facts.subjects(one.event, directory)
        ]
        for subject in subjects:
            timed.setdefault(subject, []).append(heard)
        if not is_late(one.at, one.received_at):
            prompt.update(subjects)
    return timed, prompt


def _advanced(
    before: Known, events: Sequence[Timed], until: Seconds, directory: Directory
) -> Advanced:
    try:
        return ENGINE.advance(before.facts, events, until, directory, before.due_at)
    except Exception as error:
        if events:
            raise
        return Advanced(before.facts, [], until + ASK_AGAIN, {before.facts.kind: error})


def _tell(failed: dict[str, tuple[Subject, Exception]]) -> None:
    """Log what raised, once for a batch, with one of the subjects that it raised on."""
    for name, ((kind, code), error) in failed.items():
        log.error(
            "a rule cannot judge a subject",
            tenant=require_tenant_id(),
            rule=name,
            kind=kind,
            subject=code,
            exc_info=error,
        )
