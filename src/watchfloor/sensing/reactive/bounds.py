"""What a key that is bound to sites may speak of: things of the site that each event names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from watchfloor.aiops.operation.events import Beat, Reading
from watchfloor.domain.devices.models import Device
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.shifts.models import Shift
from watchfloor.domain.tours.models import Tour
from watchfloor.domain.work.models import WorkOrder
from watchfloor.platform.accounts import places

_ROWS: Mapping[str, Any] = {
    "device": Device,
    "shift": Shift,
    "ticket": Ticket,
    "tour": Tour,
    "work_order": WorkOrder,
}
"""By the field that names it. The door has looked at the site, and knows no things."""
_Thing = tuple[str, str]


def trespasses(happenings: Iterable[Happening]) -> dict[str, str]:
    """Return what is wrong with events that speak of a thing of another site, by event id."""
    bound = [one for one in happenings if one.is_bound]
    sites = _sites(thing for one in bound for thing in _things(one))
    elsewhere = [
        (one, thing)
        for one in bound
        for thing in _things(one)
        if sites.get(thing, one.site_id) != one.site_id
    ]
    below = {one.site_id: _reach(one.site_id) for one, _ in elsewhere}
    return {
        one.event_id: f"{name} {code} is of a site outside this key"
        for one, (name, code) in elsewhere
        if sites[name, code] not in below[one.site_id]
    }


def _things(one: Happening) -> Iterable[_Thing]:
    """Yield what the event is about. A phone on which somebody checks in may be from anywhere."""
    for name in _ROWS:
        is_told = name != "device" or isinstance(one.event, Beat | Reading)
        if is_told and (code := getattr(one.event, name, "")):
            yield name, code


def _sites(things: Iterable[_Thing]) -> dict[_Thing, UUID]:
    """Return where the things are, of those that are known to be somewhere."""
    codes: dict[str, set[str]] = {}
    for name, code in things:
        codes.setdefault(name, set()).add(code)
    return {
        (name, code): site
        for name, some in codes.items()
        for code, site in _ROWS[name]
        .objects.filter(code__in=some, site__isnull=False)
        .values_list("code", "site_id")
    }


def _reach(site: UUID | None) -> frozenset[UUID]:
    return places.with_below(frozenset() if site is None else frozenset({site}))
