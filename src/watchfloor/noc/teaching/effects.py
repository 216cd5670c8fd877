"""What a lesson would have done to the last 30 days: a replay with it beside one without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import Q

from watchfloor.aiops.clustering.commands import SetLessons
from watchfloor.aiops.rehearsal.outcome import Difference, Outcome
from watchfloor.aiops.rehearsal.rehearse import Rehearsal
from watchfloor.domain.naming.book import open_book
from watchfloor.noc.alerts import rules
from watchfloor.noc.rehearsal import history
from watchfloor.noc.rehearsal.selectors import enabled_configuration
from watchfloor.noc.teaching import learning, selectors
from watchfloor.noc.teaching.models import EffectState, Lesson, LessonState

log = structlog.get_logger(__name__)

Now = Callable[[], datetime]
PERIOD = timedelta(days=30)
WARM_UP = timedelta(days=2)
ABANDONED = timedelta(minutes=2)
LOOKS_EVERY = 1_000
EXAMPLES = 10


class _Gone(Exception):
    """Another worker took it over."""


def waiting(now: datetime) -> Q:
    """Return the filter of proposals to look at: wanted, or left by a worker that fell silent."""
    return Q(state=LessonState.PROPOSED) & (
        Q(effect_state=EffectState.WANTED)
        | Q(effect_state=EffectState.RUNNING, effect_at__lt=now - ABANDONED)
    )


def look(lesson_id: UUID, *, now: Now) -> bool:
    """Work out the effect of a lesson of the tenant in scope; say whether it was ours to do."""
    began = now()
    mine = Lesson.objects.filter(waiting(began), pk=lesson_id)
    if not mine.update(effect_state=EffectState.RUNNING, effect_at=began):
        return False
    try:
        effect = _effect(Lesson.objects.get(pk=lesson_id), began, now)
    except _Gone:
        return False
    except (OperationalError, InterfaceError):
        raise  # the database is away; it falls silent and is begun anew
    except Exception:  # the job runner: it failed, and its page says so
        log.exception("the effect of a lesson is not known", lesson=str(lesson_id))
        Lesson.objects.filter(pk=lesson_id).update(effect_state=EffectState.FAILED)
        return True
    learning.effect_known(lesson_id, effect, now=now())
    return True


def _effect(row: Lesson, until: datetime, now: Now) -> dict[str, object]:
    start = until - PERIOD
    configuration = enabled_configuration()
    rehearsal = Rehearsal(
        configuration,
        configuration,
        start=start.timestamp(),
        end=until.timestamp(),
        suppressions=rules.suppressions(),
        policy=configuration.alerts,
        places=open_book().places,
    )
    present = selectors.lessons_in_effect()
    with_it = (*present, selectors.as_taught(row))
    for stream, lessons in zip(rehearsal.streams, (present, with_it), strict=True):
        stream.clusterer.apply(SetLessons(lessons))
    beat = until
    for place, replayed in enumerate(history.replayed(start - WARM_UP, until, {})):
        rehearsal.hear(*replayed)
        if place % LOOKS_EVERY == 0:
            beat = _beat(row.pk, beat, now())
    return _told(rehearsal.outcome())


def _beat(pk: UUID, last: datetime, at: datetime) -> datetime:
    """Say that the work goes on. Raises: _Gone if it is not ours any more."""
    mine = Lesson.objects.filter(pk=pk, effect_state=EffectState.RUNNING, effect_at=last)
    if not mine.update(effect_at=at):
        raise _Gone
    return at


def _told(outcome: Outcome) -> dict[str, object]:
    return {
        "reports": outcome.reports,
        "alerts": outcome.alerts,
        "days": outcome.days,
        "incidents_now": outcome.current.figures.incidents,
        "incidents_then": outcome.candidate.figures.incidents,
        "joined": outcome.joined,
        "parted": outcome.parted,
        "examples": [_example(one) for one in outcome.differences[:EXAMPLES]],
    }


def _example(one: Difference) -> dict[str, object]:
    return {
        "kind": one.kind,
        "at": one.at,
        "alert_type": one.alert_type,
        "thing": one.thing,
        "site": one.site,
        "message": one.message,
        "incident_now": one.current.incident,
        "incident_then": one.candidate.incident,
    }
