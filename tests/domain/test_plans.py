"""Floor plans: what becomes one, who draws it up, and where devices are on it."""

from __future__ import annotations

import hashlib
import struct
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from tests.console.making import make_site
from tests.console.test_places import below, bound_to, make_device
from tests.make import NOW, make_tenant, make_user, signed_in
from watchfloor.config import retention
from watchfloor.domain.org.models import Site
from watchfloor.domain.plans import services
from watchfloor.domain.plans.models import Placement, Plan
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import NotFound
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"


def png(width: int = 800, height: int = 600) -> bytes:
    """Return how a PNG of this size begins: nobody here decodes it."""
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"rest" * 20


@pytest.fixture
def site(tenant: Tenant) -> Site:
    return make_site(tenant, "Harbour")


@pytest.fixture
def admin(tenant: Tenant) -> Client:
    return signed_in(make_user(tenant, "admin"))


def add(browser: Client, site: Site, picture: bytes | None = None, **told: Any):
    path = f"/api/v1/sites/{site.pk}/plans"
    return browser.post(
        path, picture or png(), content_type="application/octet-stream",
        query_params={"name": "Ground floor"} | told,
    )  # fmt: skip


def put(browser: Client, path: str, **body: Any):
    return browser.put(f"/api/v1/plans/{path}", body, content_type="application/json")


def files(tenant: Tenant) -> list[Path]:
    folder = Path(settings.EVIDENCE_FOLDER) / str(tenant.id)
    return [path for path in folder.rglob("*") if path.is_file()]


def acts(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.id):
        return [row.action for row in AuditRow.objects.order_by("at", "id")]


def test_a_picture_becomes_a_plan_and_is_handed_out_as_what_it_is(tenant, site, admin) -> None:
    made = add(admin, site, level=2).json()

    shown = admin.get(f"/api/v1/plans/{made['id']}/picture")

    assert (made["name"], made["level"], made["width"], made["height"]) == (
        "Ground floor", 2, 800, 600,
    )  # fmt: skip
    assert shown.getvalue() == png()
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert acts(tenant)[-1:] == ["plan.added"]


@pytest.mark.parametrize(
    "picture", [SVG, b"<html>", b"GIF89a" + bytes(60), b"PK\x03\x04", png(20_000, 10), png(0, 5),
                png(9_000, 9_000)],
    ids=["svg", "page", "gif", "zip", "too wide", "empty", "too many pixels"],
)  # fmt: skip
def test_what_is_no_picture_of_a_plan_is_refused_and_leaves_nothing(
    tenant, site, admin, picture
) -> None:
    answer = add(admin, site, picture)

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["file"])
    assert files(tenant) == []


@pytest.mark.parametrize("name", ["", " ", "Ground floor"])
def test_a_plan_has_a_name_of_its_own_at_its_site(tenant, site, admin, name) -> None:
    add(admin, site)
    cellar = add(admin, site, name="Cellar", level=-1).json()

    assert add(admin, site, name=name).status_code == 422
    assert put(admin, cellar["id"], name=name, level=-1).status_code == 422
    assert add(admin, make_site(tenant, "Airport")).status_code == 201


def test_a_plan_is_renamed_and_moved_among_the_others(tenant, site, admin) -> None:
    ground, roof = (add(admin, site, name=name).json()["id"] for name in ("Ground", "Roof"))

    assert put(admin, roof, name="Roof garden", level=7).json()["name"] == "Roof garden"
    assert put(admin, roof, name="Roof garden", level=7).status_code == 200

    listed = admin.get("/api/v1/plans", {"site_id": str(site.pk)}).json()["items"]
    assert [one["id"] for one in listed] == [roof, ground]
    assert acts(tenant).count("plan.changed") == 1


def test_a_device_is_placed_moved_to_another_plan_and_taken_off(tenant, site, admin) -> None:
    hall = below(tenant, site, "Hall")
    door = make_device(tenant, "Door", site=hall)
    ground, roof = (add(admin, site, name=name).json()["id"] for name in ("Ground", "Roof"))

    for _ in range(2):
        assert put(admin, f"{ground}/devices/{door.pk}", x=0.25, y=1).status_code == 200
    there = admin.get(f"/api/v1/plans/{ground}/devices").json()
    put(admin, f"{roof}/devices/{door.pk}", x=0, y=0)
    left = admin.get(f"/api/v1/plans/{ground}/devices").json()
    for _ in range(2):
        assert admin.delete(f"/api/v1/plans/{roof}/devices/{door.pk}").status_code == 204

    assert there == [{"device_id": str(door.pk), "x": 0.25, "y": 1.0}]
    assert left == admin.get(f"/api/v1/plans/{roof}/devices").json() == []
    assert acts(tenant)[-3:] == ["device.placed", "device.placed", "device.taken_off"]


@pytest.mark.parametrize("where", [{"x": 1.01, "y": 0}, {"x": 0, "y": -0.1}, {"x": 0}])
def test_a_device_stands_within_the_picture(tenant, site, admin, where) -> None:
    plan, door = add(admin, site).json()["id"], make_device(tenant, "Door", site=site)

    assert put(admin, f"{plan}/devices/{door.pk}", **where).status_code == 422


def test_a_device_of_another_site_stands_on_no_plan_of_this_one(tenant, site, admin) -> None:
    elsewhere = make_device(tenant, "Crane", site=make_site(tenant, "Dock"))
    plan = add(admin, site).json()["id"]

    assert put(admin, f"{plan}/devices/{elsewhere.pk}", x=0, y=0).status_code == 422


def test_a_full_plan_takes_no_further_device(tenant, site, admin, monkeypatch) -> None:
    monkeypatch.setattr(services, "MOST_ON_A_PLAN", 1)
    monkeypatch.setattr(services, "MOST_OF_A_SITE", 1)
    plan = add(admin, site).json()["id"]
    one, two = (make_device(tenant, name, site=site) for name in ("One", "Two"))

    answers = [put(admin, f"{plan}/devices/{pk}", x=0, y=y)
               for pk, y in ((one.pk, 0), (two.pk, 0), (one.pk, 1))]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200, 409, 200]
    assert add(admin, site, name="Roof").status_code == 409


def test_a_plan_goes_with_its_placements_and_its_picture(tenant, site, admin) -> None:
    door = make_device(tenant, "Door", site=site)
    plan, _ = (add(admin, site, png(9, n), name=f"{n}").json()["id"] for n in (1, 2))
    put(admin, f"{plan}/devices/{door.pk}", x=0, y=0)

    assert admin.delete(f"/api/v1/plans/{plan}").status_code == 204
    retention.forget_files(NOW + timedelta(days=100_000))

    assert admin.get(f"/api/v1/plans/{plan}/picture").status_code == 404
    assert [path.name for path in files(tenant)] == [hashlib.sha256(png(9, 2)).hexdigest()]
    with tenant_scope(tenant.id):
        assert (Plan.objects.count(), Placement.objects.count()) == (1, 0)


def test_nothing_is_drawn_on_a_plan_that_somebody_removed_meanwhile(tenant, site, admin) -> None:
    door, plan = make_device(tenant, "Door", site=site), add(admin, site).json()["id"]
    said = {"by": SYSTEM, "now": NOW}
    with tenant_scope(tenant.id):
        seen = Plan.objects.get(pk=plan)
        services.remove(seen, **said)
        seen.pk = UUID(plan)
        for act in (
            lambda: services.place(seen, door, x=0, y=0, **said),
            lambda: services.change(seen, name="Roof", level=0, **said),
            lambda: services.remove(seen, **said),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_stranger_finds_no_plan_and_who_only_looks_draws_none(tenant, site, admin) -> None:
    door = make_device(tenant, "Door", site=site)
    plan = add(admin, site).json()["id"]
    viewer = signed_in(make_user(tenant, "supervisor"))
    stranger = signed_in(make_user(make_tenant(), "admin"))
    neighbour = bound_to(make_site(tenant, "Airport"), tenant, "admin")
    writes = (
        lambda who: add(who, site, name="Roof"),
        lambda who: put(who, plan, name="Mine", level=0),
        lambda who: put(who, f"{plan}/devices/{door.pk}", x=0, y=0),
        lambda who: who.delete(f"/api/v1/plans/{plan}/devices/{door.pk}"),
        lambda who: who.delete(f"/api/v1/plans/{plan}"),
    )

    for end in ("", "/picture", "/devices"):
        answers = [who.get(f"/api/v1/plans/{plan}{end}") for who in (viewer, stranger, neighbour)]
        assert [answer.status_code for answer in answers] == [200, 404, 404]
        answers[0].close()
    assert {write(viewer).status_code for write in writes} == {403}
    assert {write(who).status_code for write in writes for who in (stranger, neighbour)} == {404}
    assert {write(Client()).status_code for write in writes} == {401}
    assert neighbour.get("/api/v1/plans").json()["items"] == []


def test_who_manages_one_site_draws_its_plans_and_sees_its_devices_only(tenant, site) -> None:
    hall = below(tenant, site, "Hall")
    door, lamp = make_device(tenant, "Door", site=hall), make_device(tenant, "Lamp", site=site)
    plan = add(signed_in(make_user(tenant, "admin")), hall).json()["id"]
    keeper = bound_to(hall, tenant, "admin")

    assert put(keeper, f"{plan}/devices/{door.pk}", x=0.5, y=0.5).status_code == 200
    assert put(keeper, f"{plan}/devices/{lamp.pk}", x=0.5, y=0.5).status_code == 404
