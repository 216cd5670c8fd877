import json
import re

import pytest

from watchfloor.aiops.correlation.topology import load_inventory
from watchfloor.demo.outline import OUTLINE
from watchfloor.demo.world import SITES_ON_A_FEEDER, make_world
from watchfloor.domain.outline.geojson import shapes_of


def test_the_same_seed_makes_the_same_company() -> None:
    assert make_world(7) == make_world(7)
    assert make_world(7) != make_world(8)


def test_every_site_has_a_name_and_a_place_of_its_own() -> None:
    world = make_world(sites=500)

    assert len({site.code for site in world.sites}) == 500
    assert len({site.name for site in world.sites}) == 500
    assert len({(site.latitude, site.longitude) for site in world.sites}) == 500


def test_the_sites_lie_on_the_land_that_the_map_shows_beneath_them() -> None:
    [land, river, ring] = shapes_of(json.loads(json.dumps(OUTLINE)))
    longitudes, latitudes = zip(*land.rings[0], strict=True)

    assert (land.is_area, river.is_area, ring.is_area) == (True, False, False)
    for site in make_world().sites:
        assert min(longitudes) < site.longitude < max(longitudes)
        assert min(latitudes) < site.latitude < max(latitudes)


def test_more_sites_than_names_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 500"):
        make_world(sites=501)


def test_the_first_feeder_is_the_large_one() -> None:
    world = make_world()

    assert len(world.on_feeder("Feeder 1")) == SITES_ON_A_FEEDER
    assert all(len(world.on_feeder(f"Feeder {n}")) < SITES_ON_A_FEEDER for n in range(2, 7))


def test_the_core_knows_what_each_device_hangs_on() -> None:
    world = make_world()
    camera = next(device for device in world.devices if device.kind == "camera")
    site = world.by_code[camera.site]

    domains = load_inventory(world.as_inventory()).domains(camera.code)

    assert any(domain.startswith("vicinity:") for domain in domains)
    assert tuple(domain for domain in domains if not domain.startswith("vicinity:")) == (
        f"device:{camera.code}",
        f"device:{site.code}-SW",
        f"device:{site.code}-GW",
        f"site:{site.code}",
        f"feeder:{site.feeder}",
        f"carrier:{site.carrier}",
        f"client:{site.client}",
    )


def test_people_can_be_called_and_written_to_by_what_is_kept_for_stories() -> None:
    people = make_world().as_inventory()["people"]

    assert all(re.fullmatch(r"\+44 7700 900\d{3}", one["phone"]) for one in people)
    assert all(one["email"].endswith("@example.com") for one in people)
    assert len({one["phone"] for one in people}) == len({one["email"] for one in people})
    assert len({one["email"] for one in people}) == len(people)
