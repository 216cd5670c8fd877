"""The registers as the rules read them, kept in memory until they change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, Model

from watchfloor.aiops.calendars import sla
from watchfloor.aiops.operation.directory import DeviceRef, Directory, PersonRef, SiteRef
from watchfloor.aiops.operation.facts import site_areas, tour
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.lines import lines
from watchfloor.aiops.titles import called
from watchfloor.aiops.types import Seconds
from watchfloor.domain.arming import selectors as arming
from watchfloor.domain.devices.models import Device
from watchfloor.domain.helpdesk import selectors as helpdesk
from watchfloor.domain.org.models import InventoryRevision, Site
from watchfloor.domain.people.models import Employment, Person
from watchfloor.domain.posts.models import Post
from watchfloor.domain.shifts import leave
from watchfloor.domain.tours import selectors as tours
from watchfloor.domain.tours.models import Route
from watchfloor.domain.work.models import Asset
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.sensing.thresholds.selectors import limits

_KEPT = 64
"""Tenants whose directories a process keeps."""

EXTRAS: dict[str, Callable[[], Any]] = {
    sla.EXTRA: helpdesk.service_levels,
    tour.ROUTES: tours.checkpoints_by_route,
    site_areas.EXTRA: arming.schedules,
}
"""Registers of single rooms: the name that their facts look for, and what reads them."""

NAMED: dict[str, type[Model]] = {
    "asset": Asset,
    "device": Device,
    "post": Post,
    "route": Route,
    "site": Site,
}
"""What has a name of its own beside its code, by the word that sentences of rules have for it."""

_directories: OrderedDict[int, tuple[int, Directory]] = OrderedDict()
_listening: dict[int, Seconds] = {}
_judged_by: dict[int, tuple[Limits, Mapping[str, Any]]] = {}
_grouped_by: dict[int, Mapping[str, SiteRef]] = {}


def open_directory() -> Directory:
    """Return the directory of the tenant in scope, read anew if a register changed since."""
    tenant_id = require_tenant_id()
    revision = InventoryRevision.objects.values_list("number", flat=True).first() or 0
    known = _directories.get(tenant_id)
    if known is None or known[0] != revision:
        known = _directories[tenant_id] = (revision, _read())
    _directories.move_to_end(tenant_id)
    while len(_directories) > _KEPT:
        _directories.popitem(last=False)
    return known[1]


def judges_otherwise(directory: Directory) -> bool:
    """Whether limits or policies are others than those this process judged the tenant by last.

    True where it never judged it. Senders' new names change the registers too, and judge nothing
    otherwise. Noted once the caller's transaction stands.
    """
    tenant_id, mine = require_tenant_id(), (directory.limits, directory.extras)
    before = _judged_by.get(tenant_id)
    transaction.on_commit(lambda: _judged_by.__setitem__(tenant_id, mine))
    return before != mine


def has_other_lines(directory: Directory) -> bool:
    """Whether sites share other lines than those by which this process grouped devices last.

    True where it never did. Noted once the caller's transaction stands.
    """
    tenant_id, mine = require_tenant_id(), directory.sites
    before = _grouped_by.get(tenant_id)
    if before is mine:
        return False
    transaction.on_commit(lambda: _grouped_by.__setitem__(tenant_id, mine))
    return before is None or _lines(before) != _lines(mine)


def listening_since(now: Seconds) -> Seconds:
    """Return when this process heard first of the tenant in scope, by the clock of its events.

    Before, the floor may have been away, or have left waiting what came.
    """
    return _listening.setdefault(require_tenant_id(), now)


def _lines(sites: Mapping[str, SiteRef]) -> dict[str, str]:
    return {code: ref.line for code, ref in sites.items() if ref.line}


def _read() -> Directory:
    devices = _devices()
    return Directory(
        limits=limits(),
        sites=_sites(devices),
        devices=devices,
        people=_people(),
        extras={name: read() for name, read in EXTRAS.items()},
        names=_names(),
    )


def _names() -> dict[str, dict[str, str]]:
    """Return what people call things, as far as that is not their code."""
    return {kind: _names_of(model) for kind, model in NAMED.items()}


def _names_of(model: type[Model]) -> dict[str, str]:
    named = model._default_manager.exclude(name="").exclude(name=F("code"))
    return {code: called(code, name) for code, name in named.values_list("code", "name")}


def _sites(devices: Mapping[str, DeviceRef]) -> dict[str, SiteRef]:
    rows = Site.objects.values_list(
        "code", "client__code", "time_zone", "latitude", "longitude", "radius_m"
    )
    shared = lines(_carriers(), devices)
    return {
        code: SiteRef(
            client or "",
            zone,
            None if lat is None or lon is None else (lat, lon),
            radius,
            shared.get(code, ""),
        )
        for code, client, zone, lat, lon, radius in rows
    }


def _carriers() -> dict[str, str]:
    """Return what carries each site that names it: a carrier fails in a region."""
    rows = Site.objects.exclude(carrier="").values_list("code", "carrier", "region")
    return {code: f"{carrier} {region}".strip() for code, carrier, region in rows}


def _devices() -> dict[str, DeviceRef]:
    rows = Device.objects.values_list(
        "code", "site__code", "kind", "parent__code", "serial", "beat_seconds"
    )
    return {
        code: DeviceRef(site or "", kind, parent or "", serial, period)
        for code, site, kind, parent, serial, period in rows
    }


def _people() -> dict[str, PersonRef]:
    people = Person.objects.filter(is_active=True)
    employed = {one.person_id: one for one in Employment.objects.filter(is_active=True)}
    spans = leave.granted()
    return {
        code: replace(
            _person(home or "", employed.get(pk), tuple(spans.get(code, ()))), is_confirmed=known
        )
        for pk, code, home, known in people.values_list(
            "pk", "code", "home_site__code", "is_verified"
        )
    }


def _person(
    home: str, work: Employment | None, on_leave: tuple[tuple[Seconds, Seconds], ...]
) -> PersonRef:
    if work is None:
        return PersonRef(home, leave=on_leave)
    sites = None if work.authorised_sites is None else frozenset(work.authorised_sites)
    return PersonRef(home, sites, work.own_device, on_leave)
