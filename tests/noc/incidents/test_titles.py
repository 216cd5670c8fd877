"""What incidents are called: what is wrong and where, by the names that people use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.noc import flow
from watchfloor.aiops.titles import LONGEST
from watchfloor.aiops.types import Severity
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.noc.clustering.store import ClusterFigures, FirstAlert
from watchfloor.noc.incidents import titles
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.models import Tenant

AT = datetime(2026, 3, 2, tzinfo=UTC)
HARBOUR = {"site": "S1", "site_name": "Harbour"}
CAMERA = {"entity": "S1-CAM-3", "device": "S1-CAM-3", "device_name": "S1-CAM-3 Camera 3"}


def title(types: str, alerts: int = 1, places: int = 1, **first: Any) -> str:
    pairs = [(None, UUID(int=number)) for number in range(places)]
    sites = [str(number) for number in range(places)]
    figures = ClusterFigures(
        UUID(int=1), alerts, alerts, AT, AT, 4, alerts, alerts, alerts, sites, types.split(),
        False, None, pairs, FirstAlert(**first),
    )  # fmt: skip
    return titles.of(figures)


@pytest.mark.parametrize(
    ("first", "called"),
    [
        ({"message": "no picture", **CAMERA, **HARBOUR}, "on Camera 3 at Harbour: no picture"),
        ({"message": "no picture from Camera 3", **CAMERA, **HARBOUR},
         "at Harbour: no picture from Camera 3"),
        ({"message": "dark at Harbour", **CAMERA, **HARBOUR}, "on Camera 3: dark at Harbour"),
        ({"message": "dark", "entity": "disk sda", **HARBOUR}, "on disk sda at Harbour: dark"),
        ({"message": "dark", "entity": "cam-3", "site": "S1"}, "on cam-3: dark"),
        ({"message": "dark", "site": "S1"}, "at S1: dark"),
        ({**CAMERA, **HARBOUR}, "on Camera 3 at Harbour"),
    ],
)  # fmt: skip
def test_one_alert_names_the_thing_and_its_site_unless_its_message_does(
    first: dict[str, Any], called: str
) -> None:
    assert title("VIDEO_LOSS", **first) == f"Video loss {called}"


def test_a_sentence_of_the_floor_itself_is_the_title() -> None:
    said = "Nobody has come to the night shift at Harbour (22:00, 0 of 2 came): G1 is missing"
    shift = {"entity_type": "shift_assignment", "entity": "S1-0302-3:G1", **HARBOUR}
    assert title("ATTENDANCE_MISSING", message=said, is_of_floor=True, **shift) == said
    assert title("ATTENDANCE_ANOMALY", message="Odd.", is_of_floor=True) == "Odd"
    assert title("ATTENDANCE_MISSING", 3, **shift) == "Attendance missing: 3 alerts at Harbour"


def test_several_say_around_what_only_if_all_are_at_one_place() -> None:
    types = "DEVICE_OFFLINE SLA_BREACH VIDEO_LOSS"
    named = "Device offline, SLA breach and 1 more: 4 alerts"
    assert title(types, 4, **CAMERA, **HARBOUR) == f"{named} around Camera 3 at Harbour"
    assert title(types, 4, 3, **CAMERA, **HARBOUR) == f"{named} at 3 sites"


def test_a_long_title_is_cut_between_two_words() -> None:
    cut = title("POWER", message="the mains of the hall " * 20)
    assert len(cut) <= LONGEST
    assert cut.endswith((" the…", " mains…", " of…", " hall…"))


def test_names_come_from_the_registers_and_the_gravest_type_first(tenant: Tenant) -> None:
    rows = {
        InventoryKind.SITE: [{"code": "S1", "name": "Harbour"}],
        InventoryKind.DEVICE: [{"code": "U1", "name": "U1 Supply", "site": "S1"}],
    }
    inventory.import_inventory(rows, by=SYSTEM, now=flow.at(0))
    told = [("BATTERY_LOW", Severity.LOW), ("AC_LOST", Severity.LOW), ("POWER_LOSS", Severity.HIGH)]
    reports = [
        flow.make_report(n / 60, alert_type=kind, severity=severity, site="S1", device="U1")
        for n, (kind, severity) in enumerate(told)
    ]
    flow.work(tenant, *reports)

    [incident] = NOCIncident.objects.all()
    assert incident.title == "Power loss, AC lost and 1 more: 3 alerts around Supply at Harbour"
