"""From beats, readings and arming on disk to rows, pages and alerts."""

from __future__ import annotations

from typing import Any

from django.test import Client as Browser

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from tests.sensing.operation import at, event, work
from watchfloor.domain.arming.models import ArmingChange
from watchfloor.domain.devices.models import Device
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.vitals.models import DeviceBeat, DeviceState, SensorReading
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.drain import Drain
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive.drain import pass_time
from watchfloor.sensing.reactive.models import SubjectState


def a_guarded_site() -> Tenant:
    tenant = make_tenant()
    devices = [
        {"code": "nvr", "site": "S1", "beat_seconds": 60},
        {"code": "cam", "site": "S1", "parent": "nvr", "beat_seconds": 60, "serial": "C-1"},
        {"code": "pir", "site": "S1"},
    ]
    with tenant_scope(tenant.id):
        inventory.import_inventory(
            {
                InventoryKind.SITE: [{"code": "S1", "time_zone": "Asia/Kolkata"}],
                InventoryKind.DEVICE: devices,
            },
            by=SYSTEM,
            now=at(-600),
        )
    return tenant


def share_a_line(tenant: Tenant, *sites: str) -> None:
    rows = [{"code": site, "carrier": "Airtel", "region": "North"} for site in sites]
    with tenant_scope(tenant.id):
        inventory.import_inventory({InventoryKind.SITE: rows}, by=SYSTEM, now=at(26))


def subjects_of(kind: str) -> list[str]:
    return [row.code for row in SubjectState.objects.filter(kind=kind)]


def beat(minute: float, device: str, **fields: Any):
    return event("heartbeats", minute, device=device, **fields)


def alerts(tenant: Tenant) -> dict[tuple[str, str], SignalState]:
    with tenant_scope(tenant.id):
        return {
            (alert.alert_type, alert.entity_id): SignalState(alert.signal)
            for alert in NOCAlertEvent.objects.all()
        }


def test_a_device_without_beats_is_an_alert_until_they_are_back_whatever_its_line_is_called():
    tenant = a_guarded_site()
    both = [
        beat(n + i / 2, code, bat=80 - n)
        for n in range(20)
        for i, code in enumerate(["nvr", "cam"])
    ]
    work(tenant, *both, beat(19.5, "cam", bat=99), minute=20)
    with tenant_scope(tenant.id):
        assert DeviceBeat.objects.count() == 40
        state = DeviceState.objects.get(device__code="cam")
        assert (state.last_beat_at, state.battery) == (at(19.5), 61)
        assert (round(state.pause_seconds), state.uptime) == (60, 1.0)
    assert not alerts(tenant)

    work(tenant, *(beat(n, "nvr") for n in range(20, 26)), minute=26)
    assert alerts(tenant) == {("DEVICE_OFFLINE", "cam"): SignalState.FIRING}
    share_a_line(tenant, "S1", "S2")
    pass_time(at(30))
    assert alerts(tenant)["DEVICE_OFFLINE", "cam"] is SignalState.FIRING
    with tenant_scope(tenant.id):
        assert subjects_of("site_devices") == ["line:Airtel North:0"]
    work(tenant, beat(30, "cam", serial="X-9"), minute=30)
    assert alerts(tenant)["DEVICE_OFFLINE", "cam"] is SignalState.RESOLVED
    assert alerts(tenant)["DEVICE_SPOOF", "cam"] is SignalState.FIRING


def test_readings_and_arming_are_recorded_and_judged_by_the_hours_of_the_register():
    tenant = a_guarded_site()
    browser, key = Browser(), bearer(make_key(tenant, "admin"))
    saved = browser.post(
        "/api/v1/arming-schedules",
        {"site": "S1", "open_hours": "Mon-Fri 09:00-18:00", "closed_on": ["2026-03-03"]},
        content_type="application/json", headers=key,
    )  # fmt: skip
    assert saved.status_code == 200, saved.content
    refused = {"site": "S1", "area": "vault", "open_hours": "at night"}
    again = browser.post(
        "/api/v1/arming-schedules", refused, content_type="application/json", headers=key
    )
    assert "open_hours" in again.json()["fields"]

    # 06:00 UTC on Monday 2 March is 11:30 in Kolkata; the site closes at 12:30 UTC.
    work(tenant, event("arming", 0, site="S1", state="disarmed", person="anna"),
         event("sensors", 5, device="pir", kind="GLASS_BREAK"),
         event("sensors", 6, device="button", site="S1", kind="PANIC"), minute=10)  # fmt: skip
    assert list(alerts(tenant)) == [("PANIC", "button")]
    with tenant_scope(tenant.id):
        assert ArmingChange.objects.get().person_code == "anna"
        assert {row.kind for row in SensorReading.objects.all()} == {"GLASS_BREAK", "PANIC"}

    pass_time(at(6.5 * 60 + 16))
    Drain()._work(tenant.id, at(6.5 * 60 + 16))
    assert alerts(tenant)["LATE_TO_CLOSE", "S1"] is SignalState.FIRING


def test_the_states_of_devices_are_listed_and_shown_within_the_viewers_tenant():
    tenant = a_guarded_site()
    work(tenant, beat(0, "nvr", bat=90, signal=-60, temperature=20), minute=1)

    def states(of: Tenant) -> list[dict[str, Any]]:
        key = bearer(make_key(of, "admin"))
        return Browser().get("/api/v1/device-states", headers=key).json()["items"]

    [row] = states(tenant)
    assert (row["device"], round(row["health"])) == ("nvr", 91)
    assert states(make_tenant()) == []
    with tenant_scope(tenant.id):
        device = Device.objects.get(code="nvr")
    page = signed_in(make_user(tenant, "operator")).get(f"/devices/{device.pk}").content.decode()
    assert "91 of 100, good" in page
