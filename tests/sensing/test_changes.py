"""What the floor itself sees being changed stands in the log of changes."""

from __future__ import annotations

from tests.make import make_tenant, make_user, signed_in
from tests.sensing.operation import at, event, work
from watchfloor.domain.arming.registers import ARMING_SCHEDULES
from watchfloor.domain.changes.models import Change
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.people.registers import EMPLOYMENTS
from watchfloor.domain.posts.registers import POSTS
from watchfloor.domain.registers import services as registers
from watchfloor.domain.registers.declaration import Register
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.events import bus, relay
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


def keep(register: Register, *rows: dict[str, object], dry_run: bool = False) -> None:
    by = {"scope": EVERYTHING, "by": SYSTEM, "now": at()}
    report = registers.import_rows(register, rows, dry_run=dry_run, **by)
    assert not report.errors


def logged(tenant: Tenant) -> list[tuple[str, str, str | None]]:
    bus.load_handlers()
    while relay.relay_pending(at):
        continue
    with tenant_scope(tenant.id):
        found = Change.objects.order_by("at", "id").values_list("kind", "text", "site__code")
        return list(found)


def roster(minute: float, *people: str):
    return event(
        "roster", minute, kind="roster", shift="S1-day", site="S1", start=at(60).isoformat(),
        end=at(540).isoformat(), required=2, people=people,
    )  # fmt: skip


def test_rosters_firmware_and_registers_are_logged_where_they_change() -> None:
    tenant = make_tenant()
    sites = [{"code": code} for code in ("S1", "S2")]
    with tenant_scope(tenant.id):
        tables = {
            InventoryKind.SITE: sites,
            InventoryKind.DEVICE: [{"code": "cam", "site": "S1"}],
            InventoryKind.PERSON: [{"code": "P1", "name": "Ada Groen", "home_site": "S1"}],
        }
        inventory.import_inventory(tables, by=SYSTEM, now=at())
        gates = [{"code": f"G{n}", "site": f"S{n}", "name": f"Gate {n}"} for n in (1, 2)]
        keep(POSTS, *gates, dry_run=True)
        keep(POSTS, *gates)
        keep(POSTS, *gates)
        keep(POSTS, gates[0] | {"required_guards": 2})
        keep(
            ARMING_SCHEDULES,
            *({"site": "S2", "area": a, "open_hours": "Mon-Fri 08:00-18:00"} for a in "AB"),
        )
        keep(EMPLOYMENTS, {"person": "P1"})
    firmware = [
        event("heartbeats", n, device="cam", firmware=v)
        for n, v in ((1, "1.0"), (2, "1.0"), (3, "1.1"))
    ]
    work(tenant, roster(0, "P1", "P2"), *firmware, minute=4)
    work(tenant, roster(5, "P1", "P2"), roster(6, "P1", "P3", "P4"), minute=7)

    told = logged(tenant)
    assert told == logged(tenant), "each once"
    assert [one for one in told if one[0] != "STAFF"] == [
        ("IMPORT", "Places, devices and people: 4 new, 0 changed", None),
        ("IMPORT", "Posts: 2 rows written", None),
        ("CONFIGURATION", "Post Gate 1 written", "S1"),
        ("IMPORT", "Arming schedules: 2 rows written", "S2"),
        ("FIRMWARE", "Firmware 1.1 in place of 1.0", "S1"),
        ("ROSTER", "Shift S1-day: 2 came onto it, 1 left", "S1"),
    ]
    [staff] = [one for one in told if one[0] == "STAFF"]
    assert staff == ("STAFF", "Employment written", "S1")
    page = signed_in(make_user(tenant, "viewer")).get("/operation/changes").content.decode()
    assert "Shift S1-day: 2 came onto it" in page
    stranger = signed_in(make_user(make_tenant(), "admin"))
    assert "S1-day" not in stranger.get("/operation/changes").content.decode()
