"""Corrections and lessons as the API shows and asks for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from watchfloor.noc.teaching.keeping import LONGEST_NOTE
from watchfloor.noc.teaching.models import EffectState, Kind, LessonState

Note = Field("", max_length=LONGEST_NOTE, description="why, in a few words")
MOST_ALERTS = 500


class NoteIn(Schema):
    note: str = Note


class MergeIn(Schema):
    into: UUID = Field(description="the incident that stays")
    note: str = Note


class SplitIn(Schema):
    alerts: list[UUID] = Field(min_length=1, max_length=MOST_ALERTS)
    note: str = Note


class TogetherIn(Schema):
    alert: UUID = Field(description="the alert that it belongs to")
    note: str = Note


class CorrectionOut(Schema):
    id: UUID
    kind: Kind
    at: datetime
    actor_kind: str
    actor_id: str
    note: str
    source_incident_id: UUID
    target_incident_id: UUID
    alert_ids: list[UUID]
    undone_at: datetime | None
    undoes_id: UUID | None


class LessonOut(Schema):
    """`links`: the two belong together; else they do not."""

    id: UUID
    links: bool
    one: str
    other: str
    relation: str
    state: LessonState
    support: int = Field(description="corrections that speak for it and were not undone")
    proposed_at: datetime
    effect: dict[str, Any] | None = Field(description="what it would have done to 30 days")
    effect_state: EffectState
    in_effect_at: datetime | None
    confirmed_by_kind: str
    confirmed_by_id: str
    withdrawn_at: datetime | None
    decided: int = Field(description="bouts that it decided since it is in effect")
    corrected_against: int = Field(description="corrections since that say the opposite")


NOTHING_SAID = NoteIn(note="")
