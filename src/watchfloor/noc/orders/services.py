"""Write standing orders: one or a whole table, all or nothing, every fault named by its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from pydantic import ValidationError

from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.orders import selectors
from watchfloor.noc.orders.models import OrderVersion, StandingOrder
from watchfloor.noc.orders.specs import OrderSpec
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.importing import ImportReport, RowError, all_or_nothing, faults_of
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import wait_for

LOCK = 0x57460009
KIND = "order"
MOST_ORDERS = 2_000
Numbered = tuple[int, Mapping[str, Any]]
_SAID = ("title", "client_id", "site_id", "alert_type", "hours", "steps")


@dataclass(slots=True)
class _Known:
    """What a table may refer to, by code."""

    clients: Mapping[str, Client]
    sites: Mapping[str, Site]
    orders: Mapping[str, StandingOrder]
    in_force: Mapping[UUID, OrderVersion]
    last: Mapping[UUID, int]


def import_orders(
    orders: Sequence[Numbered], *, scope: Scope, by: Actor, now: datetime, dry_run: bool = False
) -> ImportReport:
    """Create orders or make new versions of them, by code. Any error, or `dry_run`, changes
    nothing. Raises: Invalid for more than 2,000 at once.
    """
    if len(orders) > MOST_ORDERS:
        raise Invalid(f"At most {MOST_ORDERS} orders at once: split the table.")
    with all_or_nothing(dry_run=dry_run) as report:
        wait_for(LOCK, require_tenant_id())
        specs = list(_validated(orders, report))
        known = _known([spec for _, spec in specs])
        for number, spec in specs:
            _put(number, spec, known, report, scope=scope, by=by, now=now)
    return report


@transaction.atomic
def save(
    spec: OrderSpec, *, scope: Scope, by: Actor, now: datetime, based_on: int | None = None
) -> StandingOrder:
    """Create an order, or make a new version of it. The same again changes nothing.

    Raises: Invalid, naming each wrong field; Conflict if its newest version is not the one that
    the change is `based_on` (0: none was there).
    """
    wait_for(LOCK, require_tenant_id())
    if based_on is not None:
        _check_newest(spec.code, based_on, scope)
    report = import_orders([(1, spec.model_dump())], scope=scope, by=by, now=now)
    if report.errors:
        fields = {fault.field: fault.message for fault in report.errors}
        raise Invalid("This standing order cannot be saved.", fields=fields)
    return selectors.visible(scope).get(code=spec.code)


@transaction.atomic
def retire(order: StandingOrder, *, by: Actor, now: datetime) -> None:
    """Take an order out of force. Incidents that were worked by it keep it."""
    wait_for(LOCK, require_tenant_id())
    if order.versions.filter(ended_at=None).update(ended_at=now):
        audit.record(by, "order.retired", "order", order.pk, at=now, before={"code": order.code})


def _check_newest(code: str, based_on: int, scope: Scope) -> None:
    found = OrderVersion.objects.filter(selectors.within(scope), order__code=code, ended_at=None)
    number = found.values_list("number", flat=True).first() or 0
    if number != based_on:
        reason = f"it is at version {number}" if number else "it is no more in force"
        taken = "An order has this code already" if not based_on else f"Meanwhile {reason}"
        raise Conflict(f"{taken}: look at it, then change it.", version=number)


def _validated(orders: Iterable[Numbered], report: ImportReport) -> Iterable[tuple[int, OrderSpec]]:
    seen: dict[str, int] = {}
    for number, order in orders:
        try:
            spec = OrderSpec.model_validate(order)
        except ValidationError as error:
            report.errors += faults_of(KIND, number, error, whole="site")
            continue
        if spec.code in seen:
            message = f"{spec.code!r} begins in row {seen[spec.code]} already; give each its own"
            report.errors.append(_wrong(number, "code", message))
            continue
        seen[spec.code] = number
        yield number, spec


def _wrong(number: int, field: str, message: str) -> RowError:
    return RowError(KIND, number, field, message)


def _known(specs: Sequence[OrderSpec]) -> _Known:
    """Read once what all rows need."""
    orders = {
        one.code: one for one in StandingOrder.objects.filter(code__in=[s.code for s in specs])
    }
    versions = OrderVersion.objects.filter(order__in=orders.values())
    return _Known(
        {one.code: one for one in Client.objects.filter(code__in={s.client for s in specs})},
        {one.code: one for one in Site.objects.filter(code__in={s.site for s in specs})},
        orders,
        {one.order_id: one for one in versions.filter(ended_at=None).select_related("site")},
        dict(versions.values_list("order_id").annotate(Max("number"))),
    )


def _put(
    number: int,
    spec: OrderSpec,
    known: _Known,
    report: ImportReport,
    *,
    scope: Scope,
    by: Actor,
    now: datetime,
) -> None:
    order = known.orders.get(spec.code)
    standing = known.in_force.get(order.pk) if order else None
    if faults := [*_faults_of_place(number, spec, known, scope, standing)]:
        report.errors += faults
        return
    site, client = known.sites.get(spec.site), known.clients.get(spec.client)
    said = {
        "title": spec.title,
        "client_id": client.pk if client else None,
        "site_id": site.pk if site else None,
        "alert_type": spec.alert_type,
        "hours": spec.hours,
        "steps": [step.model_dump() for step in spec.steps],
    }
    if standing and all(getattr(standing, name) == said[name] for name in _SAID):
        report.unchanged += 1
        return
    report.changed += bool(standing)
    report.created += not standing
    order = order or StandingOrder.objects.create(code=spec.code)
    _write(order, standing, known.last.get(order.pk, 0) + 1, said, by=by, now=now)


def _faults_of_place(
    number: int, spec: OrderSpec, known: _Known, scope: Scope, standing: OrderVersion | None
) -> Iterable[RowError]:
    """Yield what is wrong with where it is to hold; what lies beyond the scope is not there."""
    site, client = known.sites.get(spec.site), known.clients.get(spec.client)
    if spec.site and (site is None or not scope.covers(site.client_id, site.pk)):
        yield _wrong(number, "site", f"no site has the code {spec.site!r}; import it first")
    if spec.client and (client is None or not scope.covers(client.pk, None)):
        yield _wrong(number, "client", f"no client has the code {spec.client!r}; import it first")
    if not (spec.site or spec.client or scope.all_clients):
        yield _wrong(number, "site", "name a site or a client of yours")
    if standing and not scope.covers(*_place(standing)):
        yield _wrong(number, "code", f"{spec.code!r} is taken; choose another")


def _place(version: OrderVersion) -> tuple[UUID | None, UUID | None]:
    return (version.site.client_id if version.site else version.client_id), version.site_id


def _write(
    order: StandingOrder,
    standing: OrderVersion | None,
    number: int,
    said: Mapping[str, Any],
    *,
    by: Actor,
    now: datetime,
) -> None:
    if standing is not None:
        OrderVersion.objects.filter(pk=standing.pk).update(ended_at=now)
    OrderVersion.objects.create(
        order=order, number=number, made_at=now, made_by_kind=by.kind, made_by_id=by.id, **said
    )
    told = {name: str(said[name]) if name.endswith("_id") else said[name] for name in _SAID}
    before = {"version": standing.number, "title": standing.title} if standing else None
    after = {"code": order.code, "version": number} | told
    audit.record(by, "order.saved", "order", order.pk, at=now, before=before, after=after)
