"""The work of a rehearsal: claimed by one worker of the floor, told of as it goes, called off."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
import structlog
from django.db import InterfaceError, OperationalError, connections, transaction

from watchfloor.aiops.clustering.commands import SetLessons
from watchfloor.aiops.configuration import decode
from watchfloor.aiops.rehearsal import rehearse
from watchfloor.aiops.rehearsal.collecting import seldom_collected
from watchfloor.domain.naming.book import open_book
from watchfloor.noc.alerts import rules
from watchfloor.noc.clustering import state
from watchfloor.noc.rehearsal import history
from watchfloor.noc.rehearsal.labels import labels
from watchfloor.noc.rehearsal.models import Rehearsal, RehearsalState
from watchfloor.noc.rehearsal.selectors import enabled_configuration, running, waiting
from watchfloor.noc.rehearsal.timing import BEAT, WARM_UP
from watchfloor.platform.tenancy.context import require_tenant_id

log = structlog.get_logger(__name__)

Now = Callable[[], datetime]
LOOKS_EVERY = 1_000
"""Reports between two looks at the clock."""
# Claiming is for the whole floor: a rehearsal fills a core, and deliveries want the other thread.
CLAIM_LOCK = 0x57460006


class _Gone(Exception):
    """Somebody called it off, or another worker took it over."""


def run(rehearsal_id: UUID, *, now: Now) -> bool:
    """Work a rehearsal of the tenant in scope if it waits and no other runs; say whether we did."""
    began = now()
    if not _claim(rehearsal_id, began):
        return False
    try:
        with seldom_collected():
            result = _replay(Rehearsal.objects.get(pk=rehearsal_id), began, now)
    except _Gone:
        log.info("rehearsal called off", rehearsal=str(rehearsal_id))
    except (OperationalError, InterfaceError):
        raise  # the database is away; it falls silent and is begun anew
    except Exception as error:  # the job runner: it failed, and its page says so
        log.exception("rehearsal failed", rehearsal=str(rehearsal_id))
        reason = "".join(traceback.format_exception_only(error)).strip()
        _finish(rehearsal_id, began, RehearsalState.FAILED, now(), error=reason[:2000])
    else:
        _finish(rehearsal_id, began, RehearsalState.DONE, now(), result=result)
    return True


def _replay(row: Rehearsal, began: datetime, now: Now) -> object:
    from_, until = row.starts_at - WARM_UP, row.ends_at
    total = history.count(from_, until)
    rehearsal = rehearse.Rehearsal(
        decode(row.candidate),
        decode(row.current),
        start=row.starts_at.timestamp(),
        end=until.timestamp(),
        operators=row.operators,
        suppressions=rules.suppressions(),
        policy=enabled_configuration().alerts,
        places=open_book().places,
    )
    lessons = SetLessons(state.taught_with())
    for stream in rehearsal.streams:
        stream.clusterer.apply(lessons)
    done, last_beat = 0, began
    _beat(row.pk, began, now(), done, total)
    for replayed in history.replayed(from_, until, labels(row.starts_at, until)):
        rehearsal.hear(*replayed)
        done += 1
        if done % LOOKS_EVERY == 0 and now() - last_beat >= BEAT:
            last_beat = now()
            _beat(row.pk, began, last_beat, done, total)
    _beat(row.pk, began, now(), done, total)
    return msgspec.to_builtins(rehearsal.outcome())


@transaction.atomic
def _claim(pk: UUID, now: datetime) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (CLAIM_LOCK,))
    if Rehearsal.everybody.using("system").filter(running(now)).exists():
        return False
    mine = Rehearsal.objects.filter(waiting(now), pk=pk).update(
        state=RehearsalState.RUNNING, started_at=now, beat_at=now, reports_done=0
    )
    return mine == 1


def _beat(pk: UUID, began: datetime, now: datetime, done: int, total: int) -> None:
    """Say that the work goes on. Raises: _Gone if it is not ours any more."""
    mine = Rehearsal.objects.filter(pk=pk, state=RehearsalState.RUNNING, started_at=began)
    if not mine.update(beat_at=now, reports_done=done, reports_total=max(total, done)):
        raise _Gone(f"rehearsal {pk} of tenant {require_tenant_id()}")


def _finish(
    pk: UUID, began: datetime, state: str, now: datetime, *, result: object = None, error: str = ""
) -> None:
    mine = Rehearsal.objects.filter(pk=pk, state=RehearsalState.RUNNING, started_at=began)
    mine.update(state=state, finished_at=now, result=result, error=error)
