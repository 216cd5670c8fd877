import pytest

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.correlation.names import How
from watchfloor.aiops.correlation.places import Places
from watchfloor.aiops.correlation.topology import hops, likely_cause, load_inventory
from watchfloor.aiops.errors import ConfigError

WORLD = {
    "clients": [{"id": "C1", "tier": "GOLD"}],
    "sites": [
        {"id": "S1", "name": "Alpha 1", "client": "C1", "feeder": "F1", "isp": "N1", "lat": 12.9},
        {"id": "S2", "name": "Bravo 2", "client": "C1", "feeder": "F1", "carrier": "N2"},
    ],
    "devices": [
        {"id": "gateway-1", "site": "S1", "parent": None, "age_m": 50},
        {"id": "switch-1", "site": "S1", "parent": "gateway-1"},
        {"id": "camera-1", "site": "S1", "parent": "switch-1"},
        {"id": "camera-2", "site": "S1", "parent": "switch-1"},
        {"id": "camera-9", "site": "S2", "parent": "camera-9"},
    ],
}
INVENTORY = load_inventory(WORLD)
ABOVE_SITE = ("site:S1", "feeder:F1", "carrier:N1", "client:C1")


def test_failure_domains_go_from_the_device_up_to_the_client():
    assert INVENTORY.domains("camera-1", "S1") == (
        "device:camera-1", "device:switch-1", "device:gateway-1", *ABOVE_SITE,
    )  # fmt: skip
    assert INVENTORY.domains(site="S1") == ABOVE_SITE
    assert INVENTORY.domains("unknown", "S1") == ABOVE_SITE
    assert INVENTORY.domains("unknown", "nowhere") == ()


def test_a_device_that_is_its_own_parent_ends_the_chain():
    assert INVENTORY.domains("camera-9")[:2] == ("device:camera-9", "site:S2")


def test_hops_are_counted_over_what_two_chains_share_first():
    camera, other = INVENTORY.domains("camera-1"), INVENTORY.domains("camera-2")

    assert hops(camera, camera) == 0
    assert hops(camera, other) == 2
    assert hops(INVENTORY.domains(site="S1"), INVENTORY.domains(site="S2")) == 2
    assert hops(camera, ()) is None


def test_the_likely_cause_is_the_topmost_ill_thing_that_others_hang_on():
    ill = ("camera-1", "camera-2", "switch-1")
    cause = likely_cause(INVENTORY.domains(device) for device in ill)

    assert (cause.domain, cause.covered, cause.of, cause.is_ill) == ("device:switch-1", 3, 3, True)


def test_what_ill_things_share_is_suspected_where_nothing_above_them_reported():
    cameras = likely_cause(INVENTORY.domains(device) for device in ("camera-1", "camera-2"))
    places = likely_cause(INVENTORY.domains(site=site) for site in ("S1", "S2"))

    assert (cameras.domain, cameras.is_ill) == ("device:switch-1", False)
    assert (places.domain, places.is_ill) == ("feeder:F1", False)
    assert likely_cause([]) is None
    assert likely_cause([("device:a",), ("device:b",)]) is None


@pytest.mark.parametrize(
    ("world", "complaint"),
    [
        ({"sites": {"id": "S1"}}, "sites is no list"),
        ({"sites": [{"id": "S1"}, {"name": "x"}]}, r"sites\[1\]: .*`id`"),
        ({"devices": [{"id": 7}]}, r"devices\[0\]: Expected `str`"),
        ({"devices": ["x"]}, r"devices\[0\]"),
    ],
)
def test_a_wrong_inventory_is_told_by_list_and_row(world, complaint):
    with pytest.raises(ConfigError, match=complaint):
        load_inventory(world)


def placed(**fields):
    return Places(INVENTORY).of(Report("e", 1, 0.0, "X", **fields))


def test_a_report_is_placed_by_code_name_and_likeness():
    place = placed(site="Alpa 1", device="Camera 1")

    assert (place.client, place.site, place.device) == ("C1", "S1", "camera-1")
    assert place.domains[0] == "device:camera-1"
    assert place.site_match.score < 1


def test_a_device_tells_its_site_and_may_be_named_as_entity():
    place = placed(entity_type="device", entity_id="switch-1")

    assert (place.site, place.device) == ("S1", "switch-1")


def test_a_device_of_an_unknown_site_is_not_taken_for_one_of_the_same_name():
    assert placed(site="Zeppelin Field", device="camera-1").domains == ()
    assert placed(site="Zeppelin Field", device="camera-1").device_match.id is None
    assert placed(site="S2", device="camera-1").device_match.how is How.REVIEW


def test_unknown_names_stay_as_sent():
    place = placed(client="Zed", site="Zeppelin Field", device="lamp")

    assert (place.client, place.site, place.device, place.domains) == (
        "Zed", "Zeppelin Field", "lamp", (),
    )  # fmt: skip
