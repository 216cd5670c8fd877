"""Hand in a report that a site owes."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from watchfloor.domain.filings.models import RequiredReport
from watchfloor.platform.accounts.names import names_of
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.sensing import by_hand


@transaction.atomic
def hand_in(
    required: RequiredReport,
    *,
    day: date,
    at: datetime | None = None,
    person: str = "",
    text: str = "",
    link: str = "",
    by: Actor,
    now: datetime,
) -> UUID:
    """Tell that the report of the day, or of the week or month it is in, was handed in.

    `person`: the code of whose report it is, where it is not of who hands it in. Returns the id of
    the filing that comes of it. Raises: Invalid.
    """
    site = required.site
    if day > (at or now).astimezone(ZoneInfo(site.time_zone or "UTC")).date():
        cure = "send one that had begun when the report was handed in"
        raise Invalid("Nothing can be reported of a day to come.", fields={"day": cure})
    said = {"site": site.code, "report": required.report, "day": day.isoformat()}
    more = {"person": person, "told_by": _name_of(by), "text": text, "link": link}
    filing = UUID(by_hand.tell("filings", said | more, at=at, now=now))
    audit.record(by, "report.filed", "filing", filing, at=now, after=said)
    return filing


def _name_of(by: Actor) -> str:
    return names_of([by.id]).get(by.id, "")[:100] if by.kind == "user" else ""
