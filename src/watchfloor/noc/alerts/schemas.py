"""Alerts and reports as the API shows and asks for them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, Field, PlainSerializer

from watchfloor.aiops.alerts.suppression import Kind
from watchfloor.aiops.noise.outliers import Outlier
from watchfloor.noc.alerts.models import AlertState, SeverityLevel, SignalState
from watchfloor.platform.paging import PageQuery
from watchfloor.platform.searching import DAYS_BACK

SeverityName = Literal["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"]


def _level(value: Any) -> Any:
    """Take a severity by number or name in any case."""
    text = str(value).upper()
    if text in SeverityLevel.names:
        return int(SeverityLevel[text])
    if not text.isdecimal():
        raise ValueError(f"send one of {', '.join(SeverityLevel.names)}")
    return int(text)


SeverityIn = Annotated[int, BeforeValidator(_level), Field(ge=1, le=5)]
"""HIGH or 4: both are understood."""
SeverityOut = Annotated[
    int, PlainSerializer(lambda level: SeverityLevel(level).name, return_type=str)
]
SignalOut = Annotated[
    int, PlainSerializer(lambda signal: SignalState(signal).name.lower(), return_type=str)
]


class AlertQuery(PageQuery):
    """All given filters must agree. Names are compared as sent, ids where an id is given."""

    source: str = ""
    alert_type: str = ""
    entity_type: str = ""
    entity_id: str = ""
    dedup_key: str = ""
    client: str = Field("", description="id, code or the name as sent")
    site: str = Field("", description="id, code or the name as sent")
    device: str = Field("", description="id, code or the name as sent")
    person: str = Field("", description="id, code or, for who may see persons, the name as sent")
    severity: SeverityIn | None = None
    state: AlertState | None = None
    signal: Literal["firing", "resolved", "expired"] | None = None
    life_safety: bool | None = None
    suppressed: bool | Kind | None = Field(
        None, description="true, false, or what keeps it quiet: transient, inhibited, ..."
    )
    outlier: Outlier | None = None
    incident: UUID | None = None
    cluster: UUID | None = None
    since: AwareDatetime | None = Field(None, description="last seen at or after")
    until: AwareDatetime | None = Field(None, description="last seen before")
    q: str = Field(
        "",
        max_length=200,
        description="part of the message, type, entity or site; without `since`, incident or"
        f" cluster, of what was last seen in {DAYS_BACK} days",
    )


class ReportQuery(PageQuery):
    alert: UUID | None = None
    cluster: UUID | None = None
    source: str = ""
    sender_id: str = ""
    since: AwareDatetime | None = Field(None, description="received at or after")
    until: AwareDatetime | None = Field(None, description="received before")


class AlertOut(Schema):
    id: UUID
    source: str
    alert_type: str
    entity_type: str
    entity_id: str
    dedup_key: str
    message: str
    client: str
    site: str
    device: str
    person: str | None
    client_id: UUID | None
    site_id: UUID | None
    device_id: UUID | None
    person_id: UUID | None
    severity: SeverityOut
    severity_highest: SeverityOut
    severity_given: str
    signal: SignalOut
    state: AlertState
    is_life_safety: bool
    is_flapping: bool
    is_clock_suspect: bool
    suppressed_by: str
    suppressed_why: str
    suppressed_until: datetime | None
    outlier: str
    snoozed_until: datetime | None
    occurrence_count: int
    life: int
    bout: int
    first_seen_at: datetime
    last_seen_at: datetime
    last_received_at: datetime
    resolved_at: datetime | None
    expires_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by_id: UUID | None
    assigned_to_id: UUID | None
    cluster_id: UUID | None
    incident_id: UUID | None
    labels: dict[str, Any]
    version: int


class FalseSource(Schema):
    """`rate` of `lives` were over by themselves and nobody cared; at least `bound`, at 95 %."""

    alert_type: str
    entity: str
    site: str
    site_id: UUID | None
    lives: int
    false: int
    rate: float
    bound: float
    is_protected: bool
    last_seen_at: datetime


class FalseSourceQuery(Schema):
    limit: int = Field(50, ge=1, le=200)


class FalseSourcesOut(Schema):
    items: list[FalseSource]
    next: None = None


class CommentOut(Schema):
    text: str
    author_id: UUID | None
    created_at: datetime


class ReportOut(Schema):
    event_id: UUID
    sender_id: str | None
    received_at: datetime
    occurred_at: datetime
    claimed_at: datetime | None
    is_clock_suspect: bool
    alert_id: UUID
    cluster_id: UUID
    bout: int
    signal: SignalOut
    severity: SeverityOut
    verdict: str
    is_touch: bool
    suppressed_by: str | None
    source: str
    message: str
    labels: dict[str, Any]


class ActIn(Schema):
    version: int | None = Field(None, description="refuse if somebody else has acted on it since")


class AssignIn(ActIn):
    user_id: UUID


class SnoozeIn(ActIn):
    until: AwareDatetime


class EscalateIn(ActIn):
    reason: str


class ResolveIn(ActIn):
    resolution: str = ""


NOTHING_SAID = ActIn(version=None)
NO_RESOLUTION = ResolveIn(version=None)
"""What a body that is left out says."""


class CommentIn(Schema):
    text: str


class WindowIn(Schema):
    """A window of work. Lists that are empty mean all; those that are not must all agree."""

    title: str = Field(min_length=1, max_length=200)
    reason: str = ""
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    recurrence: Literal["none", "daily", "weekly"] = "none"
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = []
    until: AwareDatetime | None = None
    time_zone: str = "UTC"
    client_ids: list[UUID] = []
    site_ids: list[UUID] = []
    device_ids: list[UUID] = []
    alert_types: list[str] = []


class WindowOut(WindowIn):
    id: UUID
    created_at: datetime
    created_by_id: UUID | None


class MatcherIn(Schema):
    field: str
    op: Literal["eq", "in", "glob"]
    value: str | list[str]


class SilenceIn(Schema):
    reason: str
    matchers: list[MatcherIn] = Field(min_length=1)
    ends_at: AwareDatetime


class SilenceOut(SilenceIn):
    id: UUID
    created_at: datetime
    created_by_id: UUID | None


class PreviewOut(Schema):
    """What would be kept quiet of what fires now."""

    looked_at: int = Field(description="alerts that fire, at most 10,000")
    number: int
    protected: int = Field(description="match as well and are told all the same")
    alerts: list[AlertOut] = Field(description="the first ten, the newest first")
