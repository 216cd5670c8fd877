"""The maths under the map, asked in the browser that runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Floor

pytestmark = pytest.mark.browser
SIZE = "{ width: 1000, height: 600 }"
LOADED = """async (code) => {
  const mercator = await import("/static/console/js/mercator.js");
  const gathering = await import("/static/console/js/gathering.js");
  return new Function("m", "g", `return ${code}`)(mercator, gathering);
}"""
# All over a country; the first is the worst.
MANY = """Array.from({ length: 10000 }, (_, n) => ({
  id: n,
  ...m.project({ lat: 50 + ((n * 7919) % 997) / 250, lon: -4 + ((n * 104729) % 1009) / 180 }),
}))"""


@pytest.fixture(scope="module")
def page(floor: Floor, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{floor.url}/sign-in")
    yield page
    context.close()


def asked(page: Page, code: str) -> Any:
    return page.evaluate(LOADED, code)


@pytest.mark.parametrize(
    ("lat", "lon", "tile"),
    [(52.52, 13.405, [550, 335]), (-33.8688, 151.2093, [942, 614]), (51.4778, 0, [512, 340])],
    ids=["Berlin", "Sydney", "Greenwich"],
)
def test_places_lie_on_the_tiles_that_everybody_knows(
    page: Page, lat: float, lon: float, tile: list[int]
) -> None:
    place = f"m.project({{ lat: {lat}, lon: {lon} }})"

    assert asked(page, f"[{place}.x, {place}.y].map((one) => Math.floor(one * 2 ** 10))") == tile
    back = asked(page, f"m.unproject({place})")
    assert back == pytest.approx({"lat": lat, "lon": lon})


def test_what_is_under_the_pointer_stays_there_when_it_comes_closer(page: Page) -> None:
    view = "{ lat: 51, lon: 10, zoom: 6 }"
    corner = f"m.panned({view}, 300, -200)"
    closer = f"m.zoomed({view}, 1.5, 300, -200)"

    assert asked(page, f"m.placeIn({closer}, {SIZE}, m.project({corner}))") == pytest.approx(
        {"left": 800, "top": 100}
    )


def test_sites_on_both_sides_of_the_date_line_are_neighbours(page: Page) -> None:
    sites = "[[-18.1, 178.4], [-13.8, -171.8]].map(([lat, lon]) => m.project({ lat, lon }))"
    view = f"m.fitted({sites}, {SIZE})"

    places = asked(page, f"{sites}.map((site) => m.placeIn({view}, {SIZE}, site))")

    assert all(0 < place["left"] < 1000 and 0 < place["top"] < 600 for place in places)
    assert asked(page, f"{view}.zoom") > 5


def test_a_kilometre_is_as_long_as_it_is(page: Page) -> None:
    def bar(lat: float) -> dict[str, float]:
        found: dict[str, float] = asked(
            page, f"m.scaleBar({{ lat: {lat}, lon: 0, zoom: 10 }}, 140)"
        )
        return found

    on_the_equator = 256 * 2**10 / 40_030_000  # pixels to a metre: once around the Earth
    assert bar(0)["metres"] == 20_000
    assert bar(0)["pixels"] == pytest.approx(20_000 * on_the_equator, rel=1e-3)
    assert bar(60)["pixels"] / bar(60)["metres"] == pytest.approx(2 * on_the_equator, rel=1e-3)


@pytest.mark.parametrize("zoom", [2, 7, 12])
def test_ten_thousand_sites_are_gathered_into_marks_that_keep_their_distance(
    page: Page, zoom: int
) -> None:
    code = f"""(() => {{
      const marks = g.gather({MANY}, {zoom}, 52);
      const scale = m.scaleAt({zoom});
      const near = marks.flatMap(({{ lead: a }}, n) => marks.slice(n + 1).filter(
        ({{ lead: b }}) => Math.hypot(a.x - b.x, a.y - b.y) * scale < 52));
      return {{ marks: marks.length, near: near.length, first: marks[0].lead.id,
        members: marks.flatMap(({{ members }}) => members.map(({{ id }}) => id)) }};
    }})()"""

    found = asked(page, code)

    assert sorted(found["members"]) == list(range(10_000))
    assert (found["near"], found["first"]) == (0, 0)
    assert found["marks"] >= 1


def test_sites_at_one_place_are_known_to_be(page: Page) -> None:
    here, there = "m.project({ lat: 51, lon: 1 })", "m.project({ lat: 51.0002, lon: 1 })"

    assert asked(page, f"g.isOnePlace([{here}, {here}])") is True
    assert asked(page, f"g.isOnePlace([{here}, {there}])") is False
