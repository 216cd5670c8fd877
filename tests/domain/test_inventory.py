"""The inventory is written all or nothing, and every fault is named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.make import NOW, make_tenant
from watchfloor.domain.devices.models import Device
from watchfloor.domain.inventory import selectors, services
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Client, InventoryRevision, Site
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import tenant_scope

BY = Actor("user", "alice")
ESTATE: dict[InventoryKind, list[dict[str, Any]]] = {
    InventoryKind.CLIENT: [{"id": "C1", "tier": "GOLD"}],
    InventoryKind.SITE: [
        {
            "id": "S1",
            "name": "North Tower",
            "client": "C1",
            "isp": "net",
            "lat": 51.5,
            "lon": -0.12,
        },
        {"id": "S2", "name": "Annex", "client": "C1", "parent": "S1", "lat": 51.52, "lon": -0.1},
        {"id": "S3", "name": "Far Depot", "client": "C1", "lat": 48.86, "lon": 2.35},
    ],
    InventoryKind.DEVICE: [
        {"id": "cam-1", "type": "camera", "site": "S1", "parent": "gw-1"},
        {"id": "gw-1", "type": "gateway", "site": "S1", "parent": None},
    ],
}


def put(tables: dict[InventoryKind, list[dict[str, Any]]], *, dry_run: bool = False) -> Any:
    return services.import_inventory(tables, by=BY, now=NOW, dry_run=dry_run)


def test_an_exported_inventory_comes_in_whole_whatever_the_order_of_its_rows() -> None:
    with tenant_scope(make_tenant().id):
        report = put(ESTATE)

        assert (report.created, report.errors) == (6, [])
        camera = Device.objects.get(code="cam-1")
        assert camera.parent is not None
        assert camera.parent.code == "gw-1"
        site = Site.objects.get(code="S1")
        assert (site.carrier, site.latitude, site.is_verified) == ("net", 51.5, True)


def test_the_same_file_again_changes_nothing_and_a_changed_row_changes_only_what_it_says() -> None:
    with tenant_scope(make_tenant().id):
        put(ESTATE)
        again = put(ESTATE)
        changed = put({InventoryKind.SITE: [{"id": "S1", "criticality": 5}]})

        assert (again.created, again.changed, again.unchanged) == (0, 0, 6)
        assert (changed.changed, Site.objects.get(code="S1").name) == (1, "North Tower")


def test_a_row_that_only_refers_to_another_is_changed_and_read_anew() -> None:
    with tenant_scope(make_tenant().id):
        put(ESTATE)
        put({InventoryKind.SITE: [{"id": "S9", "client": "C1"}]})
        before = InventoryRevision.objects.get().number
        moved = {InventoryKind.SITE: [{"id": "S2", "parent": "S9"}, {"id": "S1", "client": "C1"}]}

        first, again = put(moved), put(moved)

        assert (first.changed, first.unchanged) == (1, 1)
        assert (again.changed, again.unchanged) == (0, 2)
        assert InventoryRevision.objects.get().number == before + 1


def test_a_row_that_only_gets_another_name_is_changed_and_read_anew() -> None:
    with tenant_scope(make_tenant().id):
        put(ESTATE)
        before = InventoryRevision.objects.get().number
        named = {InventoryKind.SITE: [{"id": "S1", "aliases": ["The Tower"]}, {"id": "S2"}]}

        first, again = put(named), put(named)

        assert (first.changed, first.unchanged) == (1, 1)
        assert (again.changed, again.unchanged) == (0, 2)
        assert InventoryRevision.objects.get().number == before + 1


def test_a_dry_run_tells_what_would_happen_and_writes_nothing() -> None:
    with tenant_scope(make_tenant().id):
        report = put(ESTATE, dry_run=True)

        assert report.created == 6
        assert not Client.objects.exists()


def test_every_fault_is_named_by_row_and_field_and_nothing_is_written() -> None:
    faulty = {
        InventoryKind.SITE: [
            {"id": "S1", "client": "nobody"},
            {"id": "S1"},
            {"name": "without a code"},
            {"id": "S4", "time_zone": "Mars/Olympus", "criticality": 9, "lat": 91},
        ],
    }
    with tenant_scope(make_tenant().id):
        report = put(faulty)

        found = {(error.row, error.field) for error in report.errors}
        assert found == {
            (1, "client"),
            (2, "code"),
            (3, "code"),
            (4, "time_zone"),
            (4, "criticality"),
            (4, "lat"),
        }
        assert (report.created, Site.objects.count()) == (0, 0)
        assert not [error for error in report.errors if "Value error" in error.message]


def test_a_site_cannot_come_to_lie_above_itself() -> None:
    with tenant_scope(make_tenant().id):
        put(ESTATE)
        report = put({InventoryKind.SITE: [{"id": "S1", "parent": "S2"}]})

        assert [error.field for error in report.errors] == ["parent"]
        assert Site.objects.get(code="S1").parent is None


def test_saving_one_row_answers_with_the_wrong_fields() -> None:
    with tenant_scope(make_tenant().id), pytest.raises(Invalid) as caught:
        services.save(InventoryKind.DEVICE, {"code": "d", "site": "nowhere"}, by=BY, now=NOW)

    assert "site" in caught.value.details["fields"]  # type: ignore[operator]


def test_an_import_leaves_one_audit_row() -> None:
    with tenant_scope(make_tenant().id):
        put(ESTATE)

        row = AuditRow.objects.get(action="inventory.saved")
        assert row.after == {"created": 6, "changed": 0}


def test_a_reference_never_reaches_into_another_tenant() -> None:
    with tenant_scope(make_tenant().id):
        put(ESTATE)
    with tenant_scope(make_tenant().id):
        report = put({InventoryKind.DEVICE: [{"id": "cam-9", "site": "S1"}]})

        assert [error.field for error in report.errors] == ["site"]


def test_sites_near_a_position_are_found_by_distance_on_the_ground() -> None:
    with tenant_scope(make_tenant().id):
        put(ESTATE)
        near = selectors.near(selectors.sites_for(EVERYTHING), 51.5, -0.12, 5)

        assert set(near.values_list("code", flat=True)) == {"S1", "S2"}


@pytest.mark.parametrize(("longitude", "found"), [(179.99, 1), (-179.99, 1), (170.0, 0)])
def test_a_distance_reaches_across_the_date_line(longitude: float, found: int) -> None:
    with tenant_scope(make_tenant().id):
        put({InventoryKind.SITE: [{"id": "fiji", "lat": -16.5, "lon": 180.0}]})
        near = selectors.near(selectors.sites_for(EVERYTHING), -16.5, longitude, 20)

        assert near.count() == found


def test_whoever_is_bound_to_a_site_sees_its_devices_and_no_others() -> None:
    with tenant_scope(make_tenant().id):
        put(
            ESTATE
            | {InventoryKind.DEVICE: [*ESTATE[InventoryKind.DEVICE], {"id": "x", "site": "S3"}]}
        )
        scope = Scope(site_ids=frozenset({Site.objects.get(code="S3").id}))

        assert list(selectors.devices_for(scope).values_list("code", flat=True)) == ["x"]
        assert list(selectors.clients_for(scope).values_list("code", flat=True)) == ["C1"]
