"""Incidents as the API shows and asks for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from watchfloor.noc.alerts.schemas import AlertOut, ResolveIn, SeverityIn, SeverityOut
from watchfloor.noc.clustering.api.clusters import WhyOut
from watchfloor.noc.incidents.calls import Outcome
from watchfloor.noc.incidents.models import Disposition, IncidentState
from watchfloor.platform.paging import PageQuery
from watchfloor.platform.searching import DAYS_BACK, MOST_WORDS


class IncidentFilter(Schema):
    """All given filters must agree. What alerts are narrowed down by must fit one alert of it."""

    state: Literal["open", "over", "all"] | IncidentState = "all"
    severity: SeverityIn | None = None
    number: int | None = Field(None, ge=1, le=2**53)
    client: str = Field("", description="id, code or name of any client it is at")
    site: str = Field("", description="id, code or name of any site it is at")
    cluster: UUID | None = None
    source: str = Field("", description="of an alert of it, as sent")
    alert_type: str = Field("", description="of an alert of it")
    entity_type: str = Field("", description="of an alert of it")
    entity_id: str = Field("", description="of an alert of it")
    dedup_key: str = Field("", description="of an alert of it")
    device: str = Field("", description="of an alert of it: id, code or the name as sent")
    person: str = Field(
        "",
        description="of an alert of it: id, code or, for who may see persons, the name as sent",
    )
    assigned_to: UUID | None = None
    life_safety: bool | None = None
    disposition: Disposition | Literal["none"] | None = Field(
        None, description="what it turned out to be; none: it is over and nobody said"
    )
    listed: bool | None = Field(True, description="false: those of suppressed alerts only")
    since: AwareDatetime | None = Field(None, description="opened at or after")
    until: AwareDatetime | None = Field(None, description="opened before")
    q: str = Field(
        "",
        max_length=200,
        description=f"at most {MOST_WORDS} words of title, site, client or INC-number, all of them;"
        f" without `since`, of what is open or was opened in {DAYS_BACK} days",
    )


class IncidentQuery(PageQuery, IncidentFilter):
    """A page of what passes the filters."""


class IncidentOut(Schema):
    id: UUID
    number: int
    title: str
    description: str
    severity: SeverityOut
    state: IncidentState
    is_life_safety: bool
    is_listed: bool
    client_id: UUID | None
    client_name: str | None
    site_id: UUID | None
    site_name: str | None
    site_ids: list[UUID] = Field(description="all sites it is at, within your places")
    cluster_id: UUID | None
    related_incident_id: UUID | None
    merged_into_id: UUID | None = Field(description="the incident that it turned out to be of")
    merged_into_number: int | None
    outlier: str = Field(description="how usual the alert that opened it is at its site")
    alert_count: int
    report_count: int
    opened_at: datetime
    opened_by_kind: str
    last_alert_at: datetime | None
    recovered_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by_name: str | None
    assigned_to_id: UUID | None
    assigned_to_name: str | None
    snoozed_until: datetime | None
    escalated_at: datetime | None
    resolved_at: datetime | None
    resolved_by_kind: str
    resolution: str
    disposition: Disposition | Literal[""] = Field(
        description="what it turned out to be; empty: nobody said, as where it ended by itself"
    )
    is_watched: bool = Field(description="true: watch mode, nothing leaves of it")
    is_on_test: bool = Field(description="true: life safety that came from a place on test")
    is_whole: bool = Field(description="false: it reaches beyond your places, act on its alerts")
    version: int
    updated_at: datetime


class MemberOut(AlertOut):
    """An alert of an incident, with the reason of each of its bouts in it."""

    why: list[WhyOut]


class TimelineOut(Schema):
    at: datetime
    kind: str
    text: str
    actor_kind: str
    actor_id: str
    data: dict[str, Any]


class IncidentDetailOut(IncidentOut):
    alerts: list[MemberOut] = Field(description="at most 200; all by /alerts?incident=ID")
    timeline: list[TimelineOut] = Field(description="newest first, at most 200")


class IncidentIn(Schema):
    title: str = Field(max_length=200)
    severity: SeverityIn = 3
    site_id: UUID | None = None
    description: str = Field("", max_length=4000)
    is_life_safety: bool = False


class ResolveIncidentIn(ResolveIn):
    disposition: Disposition | None = Field(
        None, description="what it turned out to be; none: nothing is said of it"
    )


NO_RESOLUTION = ResolveIncidentIn(version=None, disposition=None)
"""What a body that is left out says."""


class CallIn(Schema):
    contact_id: UUID
    outcome: Outcome
