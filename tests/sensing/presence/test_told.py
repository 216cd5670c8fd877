"""Open pages hear who comes to a shift that goes on; strangers hear nothing, and nobody a name."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.make import make_tenant, make_user
from tests.platform.live.test_consumer import in_thread, opened, signed_in
from tests.sensing.operation import at, event, work
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.events import bus, relay
from watchfloor.platform.live import frames
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

pytestmark = pytest.mark.asyncio


def an_operation() -> Tenant:
    tenant = make_tenant()
    sites = [{"code": "S1", "client": "C1"}, {"code": "S2", "client": "C2"}]
    kinds = {InventoryKind.CLIENT: [{"code": "C1"}, {"code": "C2"}], InventoryKind.SITE: sites}
    with tenant_scope(tenant.id):
        inventory.import_inventory(kinds, by=SYSTEM, now=at(-600))
    return tenant


def roster(shift: str, begins: float) -> Any:
    span = {"start": at(begins).isoformat(), "end": at(begins + 480).isoformat()}
    return event("roster", -5, kind="roster", shift=shift, site="S1", required=2, **span)


def check_in(shift: str, minute: float, person: str = "Grace Hill") -> Any:
    return event("attendance", minute, kind="check_in", site="S1", person=person, shift=shift)


def let_pass(tenant: Tenant, minute: float, *events: Any) -> int:
    bus.load_handlers()
    work(tenant, *events, minute=minute)
    while relay.relay_pending(lambda: at(minute)):
        continue
    return frames.latest(tenant.id)


def cookie_of(tenant: Tenant, role: str, site: str = "") -> str:
    user = make_user(tenant, role)
    if site:
        with tenant_scope(tenant.id):
            place = Site.objects.get(code=site).pk
            RoleGrant.objects.filter(user=user).update(site_id=place)
    return signed_in(user)


async def presence_heard(page: Any, until: int) -> list[dict[str, Any]]:
    """Return the rows of presence that a page is told up to the last frame."""
    rows: list[dict[str, Any]] = []
    seq = 0
    while seq < until:
        told = await page.hear()
        seq = told["seq"]
        rows += [one["row"] for one in told.get("changes", ()) if one["kind"] == "presence"]
    return rows


async def test_pages_hear_who_comes_within_their_bounds_and_by_the_names_they_may_see(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("watchfloor.platform.live.consumer.BEAT_SECONDS", 0.3)
    tenant, other = await in_thread(an_operation)(), await in_thread(make_tenant)()
    before = await in_thread(let_pass)(tenant, 0, roster("day", 0), roster("next", 24 * 60))
    who = [(tenant, "operator"), (tenant, "viewer"), (tenant, "operator", "S1"),
           (tenant, "operator", "S2"), (other, "admin")]  # fmt: skip
    cookies = [await in_thread(cookie_of)(*one) for one in who]
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(opened(one, since=before)) for one in cookies]
        for page in pages:
            await page.hear()
        last = await in_thread(let_pass)(tenant, 3, check_in("day", 2), check_in("next", 2))
        sees, masked, near, elsewhere = [await presence_heard(one, last) for one in pages[:4]]
        assert [(await pages[4].hear())["type"] for _ in "ab"] == ["beat", "beat"]

    [row] = sees
    assert (row["shift"], row["site"], row["here"], row["required"]) == ("day", "S1", 1, 2)
    assert [(one["person"], one["presence"]) for one in row["people"]] == [
        ("Grace Hill", "unexpected")
    ]
    assert [one["shift"] for one in near] == ["day"]
    assert [one["person"] for one in masked[0]["people"]] == ["G••• H•••"], "she was never heard of"
    assert elsewhere == []
