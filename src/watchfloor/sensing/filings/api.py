"""Reports handed in over HTTP. They are listed as all records are."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AwareDatetime, Field, StringConstraints

from watchfloor.domain.filings import selectors
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import Invalid
from watchfloor.sensing.filings import services

router = Router(tags=["filings"])
Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class FilingIn(Schema):
    site: Word = Field(description="code")
    report: Word = Field(description="as it stands in the register of required reports")
    day: date = Field(description="one of the time that it is about")
    at: AwareDatetime | None = Field(None, description="when it was handed in; none: now")
    person: Word = Field("", description="code of whose report it is; empty: of whoever tells")
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    link: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class HandedInOut(Schema):
    filing: UUID = Field(description="id; it stands there a moment later")


@router.post("/filings/hand-in", auth=needs(ACK_ALERTS), response={202: HandedInOut})
def hand_in_report(request: HttpRequest, body: FilingIn) -> Status[dict[str, UUID]]:
    """Tell that a report was handed in that a site owes."""
    viewer = viewer_of(request)
    required = selectors.required(viewer.scope, body.site, body.report)
    if required is None:
        cure = "send one that stands in the register of required reports"
        raise Invalid("The site owes no such report.", fields={"report": cure})
    said = body.model_dump(exclude={"site", "report"})
    filing = services.hand_in(required, **said, by=viewer.actor, now=timezone.now())
    return Status(202, {"filing": filing})
