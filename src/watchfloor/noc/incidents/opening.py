"""Incidents that no sender told of."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts import checks
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents import services
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

LONGEST_TITLE = 200


@transaction.atomic
def open_by_hand(
    *,
    title: str,
    severity: SeverityLevel,
    by: Actor,
    now: datetime,
    site: Site | None = None,
    description: str = "",
    is_life_safety: bool = False,
) -> NOCIncident:
    """Open an incident that no sender told of: it came by phone or radio."""
    title = checks.text_of(title, "title")
    if len(title) > LONGEST_TITLE:
        message = f"write at most {LONGEST_TITLE} characters"
        raise Invalid("The title is too long.", fields={"title": message})
    lock_flow(require_tenant_id())
    incident = NOCIncident.objects.create(
        number=streams.save(streams.load(), now=now, incidents=1),
        title=title,
        description=checks.optional_text(description, "description"),
        severity=severity,
        is_life_safety=is_life_safety,
        site=site,
        client_id=site.client_id if site else None,
        opened_at=now,
        opened_by_kind=by.kind,
        updated_at=now,
    )
    IncidentPlace.objects.create(incident=incident, site=site, client_id=incident.client_id)
    after = {"title": title, "severity": SeverityLevel(severity).name}
    audit.record(by, "incident.opened", "incident", incident.pk, at=now, after=after)
    services.tell(incident, "opened", "Opened by hand", by, now)
    return incident
