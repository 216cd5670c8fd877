"""Switching watch mode on and off, and taking in what the present system did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from watchfloor.domain.org import choosing
from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.incidents import places
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.integrations import services as telling
from watchfloor.noc.watching import reading, selectors
from watchfloor.noc.watching.calendar import REACH
from watchfloor.noc.watching.models import PresentAct, Watch, WatchedDay
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Denied, Invalid
from watchfloor.platform.events import bus
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow

CHANGED = "watching.changed"
LONGEST_NOTE = 500
MOST_OPERATORS = 1000
MOST_ACTS = 50_000
MOST_SHOWN = 5_000
"""Open incidents whose rows change on open pages when a watch begins or ends."""
AT_ONCE = 2_000


@transaction.atomic
def start(
    *,
    client_id: UUID | None = None,
    site_id: UUID | None = None,
    operators: int | None = None,
    note: str = "",
    scope: Scope,
    by: Actor,
    now: datetime,
) -> Watch:
    """Let nothing leave of a place from now on. Where it is watched already, nothing changes.

    Raises: Invalid for two places, NotFound for one beyond the scope, Denied for all of it.
    """
    if operators is not None and not 1 <= operators <= MOST_OPERATORS:
        raise Invalid("operators: name 1 to 1000.", fields={"operators": "1 to 1000"})
    place = _place(client_id, site_id, scope)
    lock_flow(require_tenant_id())
    found = Watch.objects.filter(client=place[0], site=place[1], ended_at=None).first()
    if found is not None:
        return found
    made = Watch.objects.create(
        client=place[0],
        site=place[1],
        operators=operators,
        note=note.strip()[:LONGEST_NOTE],
        started_at=now,
        started_by_kind=by.kind,
        started_by_id=by.id,
    )
    audit.record(by, "watch.started", "watch", made.pk, at=now, after=_values(made))
    _tell(made, now)
    return made


@transaction.atomic
def end(watch_id: UUID, *, tell_open: bool = True, scope: Scope, by: Actor, now: datetime) -> Watch:
    """Let messages leave again. `tell_open`: those of what is still new leave now.

    Repeating it changes nothing.
    """
    lock_flow(require_tenant_id())
    found = selectors.watch(scope, watch_id)
    if found.ended_at is not None:
        return found
    found.ended_at, found.ended_by_kind, found.ended_by_id = now, by.kind, by.id
    found.save(update_fields=["ended_at", "ended_by_kind", "ended_by_id"])
    sent = telling.let_go(at=now) if tell_open else 0
    after = {**_values(found), "messages_sent": sent}
    audit.record(by, "watch.ended", "watch", found.pk, at=now, after=after)
    _tell(found, now)
    return found


@dataclass(slots=True)
class ActsReport:
    """What an import did, or would do. Of a file with errors nothing is taken in."""

    created: int = 0
    known: int = 0
    errors: list[reading.Fault] = field(default_factory=list)


@transaction.atomic
def import_acts(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, now: datetime, dry_run: bool = False
) -> ActsReport:
    """Take in acts of the present system; what is known already counts nothing."""
    if len(rows) > MOST_ACTS:
        raise Invalid(f"At most {MOST_ACTS} acts at once.", fields={"acts": f"{len(rows)} given"})
    read, errors = reading.acts(rows, now=now)
    if errors:
        return ActsReport(errors=errors)
    fresh = _unknown({one.identity: one for one in read})
    report = ActsReport(created=len(fresh), known=len(read) - len(fresh))
    if dry_run or not fresh:
        return report
    PresentAct.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=AT_ONCE)
    first, last = min(one.at for one in fresh), max(one.at for one in fresh)
    days = WatchedDay.objects.filter(starts_at__lte=last, ends_at__gt=first - REACH)
    days.update(is_stale=True)
    after = {"created": report.created, "first": first.isoformat(), "last": last.isoformat()}
    audit.record(by, "acts.imported", "tenant", require_tenant_id(), at=now, after=after)
    return report


def _unknown(given: Mapping[str, PresentAct]) -> list[PresentAct]:
    names = list(given)
    known: set[str] = set()
    for begin in range(0, len(names), AT_ONCE):
        found = PresentAct.objects.filter(identity__in=names[begin : begin + AT_ONCE])
        known.update(found.values_list("identity", flat=True))
    return [one for name, one in given.items() if name not in known]


def _place(
    client_id: UUID | None, site_id: UUID | None, scope: Scope
) -> tuple[Client | None, Site | None]:
    if client_id is None and site_id is None and not scope.all_clients:
        raise Denied("Watching everything is for those who manage all clients.")
    return choosing.place(client_id, site_id, scope)


def _tell(watch: Watch, now: datetime) -> None:
    bus.publish(CHANGED, {"watch_id": str(watch.pk)}, at=now)
    found = NOCIncident.objects.filter(places.within(watch.scope), is_listed=True)
    open_ones = found.exclude(state__in=[IncidentState.RESOLVED, IncidentState.CLOSED])
    ids = open_ones.order_by("-opened_at").values_list("pk", flat=True)[:MOST_SHOWN]
    announce(list(ids), now=now)


def _values(watch: Watch) -> dict[str, object]:
    return {
        "client_id": str(watch.client_id) if watch.client_id else None,
        "site_id": str(watch.site_id) if watch.site_id else None,
        "operators": watch.operators,
        "note": watch.note,
    }
