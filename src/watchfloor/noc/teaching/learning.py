"""Lessons: what corrections propose for the future, and what it takes for them to count.

A lesson decides nothing before it is confirmed by somebody who did not propose it alone, or by so
many like decisions, and before it was looked at what it would have done to the last 30 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.clustering.commands import SetLessons
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering import services as clustering
from watchfloor.noc.teaching import patterns, selectors
from watchfloor.noc.teaching.models import (
    Correction,
    EffectState,
    Lesson,
    LessonState,
    LessonSupport,
)
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import SYSTEM, Actor
from watchfloor.platform.errors import Conflict
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

LIKE_DECISIONS = 3
"""So many corrections of the same signals confirm a lesson."""


def propose(
    row: Correction,
    ones: Sequence[NOCAlertEvent],
    others: Sequence[NOCAlertEvent],
    *,
    links: bool,
    now: datetime,
) -> list[Lesson]:
    """Note what the correction speaks for; a lesson that was withdrawn is proposed anew."""
    found = []
    for pattern in patterns.between(patterns.views(ones), patterns.views(others)):
        lesson, _ = Lesson.objects.get_or_create(
            links=links,
            one=pattern.one,
            other=pattern.other,
            relation=pattern.relation,
            defaults={"proposed_at": now},
        )
        if lesson.state == LessonState.WITHDRAWN:
            LessonSupport.objects.filter(lesson=lesson).delete()
            lesson.state, lesson.proposed_at = LessonState.PROPOSED, now
            lesson.effect_state = EffectState.WANTED
            lesson.save(update_fields=["state", "proposed_at", "effect_state"])
        LessonSupport.objects.get_or_create(lesson=lesson, correction=row)
        found.append(confirm_if_enough(lesson, now))
    return found


@transaction.atomic
def confirm(lesson_id: UUID, *, by: Actor, now: datetime) -> Lesson:
    """Let a lesson decide from the next report on. Repeating it changes nothing.

    Raises: Conflict for who proposed it alone, and before its effect is known.
    """
    lock_flow(require_tenant_id())
    lesson = selectors.lesson(lesson_id)
    if lesson.state == LessonState.IN_EFFECT:
        return lesson
    if selectors.supporters([lesson])[lesson.pk] <= {(by.kind, by.id)}:
        raise Conflict("Somebody else has to confirm it: you alone have proposed it.")
    if lesson.effect_state != EffectState.DONE:
        raise Conflict("What it would have done to the last 30 days is not known yet: wait for it.")
    return _put_into_effect(lesson, by, now)


@transaction.atomic
def withdraw(lesson_id: UUID, *, by: Actor, now: datetime) -> Lesson:
    """Let a lesson decide no more, or take a proposal off the list."""
    lock_flow(require_tenant_id())
    lesson = selectors.lesson(lesson_id)
    if lesson.state == LessonState.WITHDRAWN:
        return lesson
    was = lesson.state
    lesson.state, lesson.withdrawn_at = LessonState.WITHDRAWN, now
    lesson.save(update_fields=["state", "withdrawn_at"])
    if was == LessonState.IN_EFFECT:
        _teach(now)
    _record(lesson, "withdrawn", by, now, was=was)
    return lesson


@transaction.atomic
def effect_known(lesson_id: UUID, effect: object, *, now: datetime) -> Lesson:
    """Keep what a lesson would have done; enough like decisions need no more than that."""
    lock_flow(require_tenant_id())
    lesson = Lesson.objects.get(pk=lesson_id)
    lesson.effect, lesson.effect_state, lesson.effect_at = effect, EffectState.DONE, now
    lesson.save(update_fields=["effect", "effect_state", "effect_at"])
    return confirm_if_enough(lesson, now)


def confirm_if_enough(lesson: Lesson, now: datetime) -> Lesson:
    """Confirm a proposal whose effect is known and that enough corrections speak for."""
    ready = lesson.state == LessonState.PROPOSED and lesson.effect_state == EffectState.DONE
    if ready and selectors.support(lesson) >= LIKE_DECISIONS:
        return _put_into_effect(lesson, SYSTEM, now)
    return lesson


def _put_into_effect(lesson: Lesson, by: Actor, now: datetime) -> Lesson:
    opposite = Lesson.objects.filter(
        links=not lesson.links, one=lesson.one, other=lesson.other, relation=lesson.relation,
        state=LessonState.IN_EFFECT,
    ).first()  # fmt: skip
    if opposite is not None:
        if by == SYSTEM:
            return lesson  # people who disagree have to settle it themselves
        raise Conflict("The opposite lesson is in effect: withdraw it first.")
    lesson.state, lesson.in_effect_at = LessonState.IN_EFFECT, now
    lesson.confirmed_by_kind, lesson.confirmed_by_id = by.kind, by.id
    lesson.save(update_fields=["state", "in_effect_at", "confirmed_by_kind", "confirmed_by_id"])
    _teach(now)
    _record(lesson, "confirmed", by, now, was=LessonState.PROPOSED)
    return lesson


def _teach(now: datetime) -> None:
    clustering.tell_now([SetLessons(selectors.lessons_in_effect())], now=now)


def _record(lesson: Lesson, what: str, by: Actor, now: datetime, *, was: str) -> None:
    audit.record(
        by, f"lesson.{what}", "lesson", lesson.pk, at=now, before={"state": was},
        after={"state": lesson.state, "links": lesson.links, "one": lesson.one,
               "other": lesson.other, "relation": lesson.relation},
    )  # fmt: skip
