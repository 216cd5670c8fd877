"""What the company has written down of itself: the rows of its registers, as their import takes
them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.seasons import CLOSES, HOLIDAYS, OPENS, local
from watchfloor.demo.company.work import arming
from watchfloor.demo.company.work.helpdesk import SLA_MINUTES
from watchfloor.demo.company.work.logs import DUE_HOURS, LOG
from watchfloor.demo.company.work.rota import post_of
from watchfloor.demo.company.work.tours import checkpoints_of, route_of
from watchfloor.demo.world import LANDLINE, NUMBERS, Site, World

Row = dict[str, Any]

CALENDAR = "OFFICE"
GUARDS, LEADS = "GUARDS", "SHIFT-LEADS"
LICENCE = "guard-licence"
LICENSED = timedelta(days=3 * 365)
"""How long a licence holds."""
BETWEEN = timedelta(days=397)
"""Between the ends of two guards in a row: a few end in any month, at sites all over the town."""
RESPONSE_SHARE = 0.25
"""Of the time in which a ticket is to be done: in so much of it somebody takes it up."""
ESCALATED = {1: (30, 50), 2: (180,)}
"""By priority: minutes after which the shift lead hears of a ticket, then the next above."""
KINDS = {"Data Hall": "CONTROL_ROOM", "Car Park": "PARKING", "Hotel": "RECEPTION"}
RISKS = {1: "LOW", 2: "LOW", 3: "MEDIUM", 4: "HIGH", 5: "CRITICAL"}
CALLED = (
    ("Robin Vale", "reception", f"Mon-Fri {OPENS:02}:00-{CLOSES}:00"),
    ("Sam Ridder", "keyholder", ""),
)
"""Whom a site wants to be called, in this order, and when."""
LOOKED_AFTER = ("panel", "nvr", "door_controller")


def registers(world: World, at: Seconds) -> Mapping[str, Sequence[Row]]:
    """Return the rows by register, in an order in which each names only what came before it."""
    days = [date(year, *day).isoformat() for year in _years(at) for day in HOLIDAYS]
    return {
        "posts": [_post(site) for site in world.sites],
        "calendars": [_calendar(world)],
        "holidays": [{"calendar": CALENDAR, "day": day} for day in days],
        "sla-policies": [_policy(*one) for one in SLA_MINUTES.items()],
        "escalation-levels": list(_escalation()),
        "arming-schedules": [_arming(site, days) for site in world.sites],
        "checkpoints": list(_checkpoints(world)),
        "routes": [_route(site) for site in world.sites],
        "required-reports": [_required(site) for site in world.sites],
        "groups": [
            {"code": GUARDS, "name": "All guards"}, {"code": LEADS, "name": "Shift leads"},
        ],
        "call-lists": list(_call_lists(world)),
        "employments": list(_employments(world)),
        "licences": list(_licences(world, local(at).date())),
        "assets": [
            {"code": one.code, "name": one.name, "site": one.site, "kind": one.kind}
            for one in world.devices if one.kind in LOOKED_AFTER
        ],
    }  # fmt: skip


def _years(at: Seconds) -> Sequence[int]:
    year = local(at).year
    return (year - 1, year, year + 1)


def _post(site: Site) -> Row:
    kind = next((kind for use, kind in KINDS.items() if site.name.endswith(use)), "GATE")
    return {
        "code": post_of(site.code), "name": f"{site.name}, {kind.replace('_', ' ').lower()}",
        "site": site.code, "kind": kind, "required_guards": site.posts,
        "risk": RISKS[site.criticality], "skills": [LICENCE],
    }  # fmt: skip


def _calendar(world: World) -> Row:
    return {
        "code": CALENDAR,
        "name": "Office hours",
        "hours": f"Mon-Fri {OPENS:02}:00-{CLOSES}:00",
        "sites": [site.code for site in world.sites],
    }


def _policy(priority: int, minutes: int) -> Row:
    return {
        "priority": f"P{priority}",
        "response_minutes": round(minutes * RESPONSE_SHARE),
        "resolution_minutes": minutes,
    }


def _escalation() -> Iterator[Row]:
    for priority, levels in ESCALATED.items():
        for level, minutes in enumerate(levels, start=1):
            yield {
                "priority": f"P{priority}", "level": level, "after_minutes": minutes,
                "group": LEADS,
            }  # fmt: skip


def _arming(site: Site, days: Sequence[str]) -> Row:
    hours = f"Mon-Fri {arming.OPENS:02}:00-{arming.CLOSES}:00"
    return {"site": site.code, "area": arming.AREA, "open_hours": hours, "closed_on": days}


def _checkpoints(world: World) -> Iterator[Row]:
    for site in world.sites:
        for number, code in enumerate(checkpoints_of(site.code), start=1):
            yield {"code": code, "name": f"Checkpoint {number}", "site": site.code}


def _route(site: Site) -> Row:
    checkpoints = checkpoints_of(site.code)
    name = f"Night tour of {site.name}"
    return {
        "code": route_of(site.code), "name": name, "site": site.code, "checkpoints": checkpoints
    }  # fmt: skip


def _required(site: Site) -> Row:
    return {"site": site.code, "report": LOG, "every": "day", "due_after_hours": DUE_HOURS}


def _call_lists(world: World) -> Iterator[Row]:
    """Call the client's own people: in office hours the reception first, then the keyholder."""
    for number, site in enumerate(world.sites):
        for place, (name, role, hours) in enumerate(CALLED):
            phone = LANDLINE.format((number * len(CALLED) + place) % NUMBERS)
            yield {"site": site.code, "name": name, "role": role, "hours": hours, "phone": phone}


def _employments(world: World) -> Iterator[Row]:
    """The first guard of each site leads its shifts."""
    for site in world.sites:
        for number, guard in enumerate(world.guards_of(site.code)):
            yield {
                "person": guard.code,
                "groups": [GUARDS] if number else [GUARDS, LEADS],
                "skills": [LICENCE],
                "authorised_sites": [site.code],
            }


def _licences(world: World, today: date) -> Iterator[Row]:
    """The licence that each guard holds, and the one before it: on any later day the same rows,
    or the next ones."""
    for number, guard in enumerate(world.guards):
        held_for = (today - date.min - number * BETWEEN) % LICENSED
        for issued in (today - held_for - LICENSED, today - held_for):
            yield {
                "person": guard.code, "skill": LICENCE, "number": f"GL-{number:05}",
                "issued_on": issued.isoformat(),
                "valid_until": (issued + LICENSED - timedelta(days=1)).isoformat(),
            }  # fmt: skip
