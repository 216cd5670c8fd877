"""Drafting, enabling and rolling back configurations; asking for rehearsals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Max

from watchfloor.aiops.configuration import SHIPPED, Configuration, decode, encode
from watchfloor.aiops.errors import ConfigError
from watchfloor.noc.clustering import commands
from watchfloor.noc.rehearsal import selectors
from watchfloor.noc.rehearsal.models import (
    LIVING,
    ClusteringConfiguration,
    Rehearsal,
    RehearsalState,
)
from watchfloor.noc.rehearsal.timing import LONGEST
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy import settings
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

LONGEST_NOTE = 500
MOST_OPERATORS = 1000


def checked(document: Mapping[str, Any]) -> Configuration:
    """Return the configuration of a document that a tenant may enable. Raises: Invalid."""
    if "alerts" in document:
        raise _invalid("alerts: how long alerts live is a setting of the tenant, not of grouping")
    try:
        return decode(document)
    except ConfigError as error:
        raise _invalid(str(error)) from None


@transaction.atomic
def draft(
    document: Mapping[str, Any], *, note: str = "", by: Actor, now: datetime
) -> ClusteringConfiguration:
    """Keep a document as the next version; nothing decides by it yet."""
    configuration = checked(document)
    lock_flow(require_tenant_id())
    last = ClusteringConfiguration.objects.aggregate(last=Max("version"))["last"] or 0
    made = ClusteringConfiguration.objects.create(
        version=last + 1,
        document=encode(configuration),
        note=note.strip()[:LONGEST_NOTE],
        created_at=now,
        created_by_kind=by.kind,
        created_by_id=by.id,
    )
    after = {"version": made.version, "document": made.document, "note": made.note}
    audit.record(by, "configuration.drafted", "configuration", made.pk, at=now, after=after)
    return made


@transaction.atomic
def enable(configuration_id: UUID, *, by: Actor, now: datetime) -> ClusteringConfiguration:
    """Decide by this version from the next batch on. Enabling it again changes nothing."""
    lock_flow(require_tenant_id())
    wanted = selectors.configuration(configuration_id)
    if wanted.is_enabled:
        return wanted
    before = selectors.enabled()
    if before is not None:
        before.superseded_at = now
        before.save(update_fields=["superseded_at"])
    wanted.enabled_at, wanted.superseded_at = now, None
    wanted.save(update_fields=["enabled_at", "superseded_at"])
    _decide_by(wanted.document, now)
    audit.record(
        by, "configuration.enabled", "configuration", wanted.pk, at=now,
        before=_version(before), after=_version(wanted),
    )  # fmt: skip
    return wanted


@transaction.atomic
def roll_back(*, by: Actor, now: datetime) -> ClusteringConfiguration | None:
    """Enable the newest older version that once decided; None: what is shipped decides again."""
    lock_flow(require_tenant_id())
    present = selectors.enabled()
    if present is None:
        raise Conflict("What is shipped decides already: there is nothing to roll back to.")
    earlier = (
        ClusteringConfiguration.objects.filter(version__lt=present.version)
        .exclude(enabled_at=None)
        .order_by("-version")
        .first()
    )
    present.superseded_at = now
    present.save(update_fields=["superseded_at"])
    if earlier is not None:
        earlier.enabled_at, earlier.superseded_at = now, None
        earlier.save(update_fields=["enabled_at", "superseded_at"])
    _decide_by(earlier.document if earlier else {}, now)
    audit.record(
        by, "configuration.rolled_back", "configuration", present.pk, at=now,
        before=_version(present), after=_version(earlier),
    )  # fmt: skip
    return earlier


@transaction.atomic
def rehearse(
    *,
    starts_at: datetime,
    ends_at: datetime,
    document: Mapping[str, Any],
    operators: int = 1,
    configuration: ClusteringConfiguration | None = None,
    by: Actor,
    now: datetime,
) -> Rehearsal:
    """Ask for a replay of a period under `document`; one at a time for each tenant."""
    candidate = checked(document)
    _check(starts_at, ends_at, operators, now)
    lock_flow(require_tenant_id())
    if selectors.rehearsals().filter(state__in=LIVING).exists():
        raise Conflict("A rehearsal is under way: wait for it, or cancel it.")
    made = Rehearsal.objects.create(
        starts_at=starts_at,
        ends_at=ends_at,
        candidate=encode(candidate),
        current=encode(_without_alerts(selectors.enabled_configuration())),
        configuration=configuration,
        operators=operators,
        created_at=now,
        created_by_kind=by.kind,
        created_by_id=by.id,
    )
    audit.record(by, "rehearsal.asked", "rehearsal", made.pk, at=now, after=_asked(made))
    return made


@transaction.atomic
def cancel(rehearsal_id: UUID, *, by: Actor, now: datetime) -> Rehearsal:
    """Call a rehearsal off; its worker stops at the next thousand of reports."""
    selectors.rehearsal(rehearsal_id)
    found = Rehearsal.objects.select_for_update().get(pk=rehearsal_id)
    if found.state not in LIVING:
        raise Conflict(f"This rehearsal is {found.state}.", state=found.state)
    found.state, found.finished_at = RehearsalState.CANCELLED, now
    found.save(update_fields=["state", "finished_at"])
    audit.record(by, "rehearsal.cancelled", "rehearsal", found.pk, at=now)
    return found


def _check(starts_at: datetime, ends_at: datetime, operators: int, now: datetime) -> None:
    if not starts_at < ends_at:
        raise Invalid("The period must begin before it ends.", fields={"ends_at": "later"})
    if ends_at > now + timedelta(days=1):
        raise Invalid("The period lies in the future.", fields={"ends_at": "now or earlier"})
    if ends_at - starts_at > LONGEST:
        message = f"A period is {LONGEST.days} days at most."
        raise Invalid(message, fields={"starts_at": message})
    if not 1 <= operators <= MOST_OPERATORS:
        raise Invalid("operators: name 1 to 1000.", fields={"operators": "1 to 1000"})


def _without_alerts(configuration: Configuration) -> Configuration:
    """Both sides of a rehearsal share the tenant's own policy of how long alerts live."""
    return msgspec.structs.replace(configuration, alerts=SHIPPED.alerts)


def _decide_by(document: Mapping[str, Any], now: datetime) -> None:
    """Tell the clusterer by the tenant's log, and the noise stage by the tenant's settings."""
    commands.set_config(checked(document).clustering, now=now)
    settings.put(noise=dict(document.get("noise", {})))


def _asked(of: Rehearsal) -> dict[str, object]:
    period = {"starts_at": of.starts_at.isoformat(), "ends_at": of.ends_at.isoformat()}
    return {**period, "candidate": of.candidate}


def _version(of: ClusteringConfiguration | None) -> dict[str, object]:
    if of is None:
        return {"version": 0, "document": {}}
    return {"version": of.version, "document": of.document}


def _invalid(message: str) -> Invalid:
    return Invalid(f"This configuration cannot be used: {message}.", fields={"document": message})
