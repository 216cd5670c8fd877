"""The outline beneath the map: what is kept of a file, and who sets it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.making import make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.outline.geojson import MOST_POINTS, MOST_SHAPES, Shape, shapes_of
from watchfloor.domain.outline.models import Outline
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope

LINE = {"type": "LineString", "coordinates": [[0, 51], [1.23456789, 52, 30]]}
SQUARE = [[0, 0], [4, 0], [4, 4], [0, 0]]
HOLE = [[1, 1], [2, 1], [2, 2], [1, 1]]
ADDRESS = "/api/v1/outline"


def feature(geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"owner": "secret"}, "geometry": geometry}


def nested(depth: int) -> dict[str, Any]:
    document: dict[str, Any] = LINE
    for _ in range(depth):
        document = {"type": "GeometryCollection", "geometries": [document]}
    return document


def test_lines_and_areas_are_kept_in_their_order_and_nothing_else() -> None:
    areas = {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [SQUARE]]}
    features = [feature(LINE), feature(None), feature(areas)]

    found = shapes_of({"type": "FeatureCollection", "features": features, "name": "x"})

    assert [(shape.is_area, len(shape.rings)) for shape in found] == [
        (False, 1),
        (True, 2),
        (True, 1),
    ]
    assert found[0] == Shape(False, [[(0.0, 51.0), (1.234568, 52.0)]])
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("document", "cure"),
    [
        ([LINE], "send a GeoJSON object"),
        ({"type": "Topology"}, "send lines and polygons only"),
        (feature({"type": "Point", "coordinates": [0, 0]}), "'Point'"),
        ({"type": ["LineString"]}, "send lines and polygons only"),
        ({"type": "LineString"}, "are lists"),
        ({"type": "LineString", "coordinates": [[0, 0]]}, "two points"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, "the edge of an area three"),
        ({"type": "LineString", "coordinates": [[0, 0], ["1", 1]]}, r"\[longitude, latitude\]"),
        ({"type": "LineString", "coordinates": [[530000, 180000], [1, 1]]}, "EPSG:4326"),
        ({"type": "LineString", "coordinates": [[0, float("nan")], [1, 1]]}, "EPSG:4326"),
        ({"type": "LineString", "coordinates": [[0, 10**400], [1, 1]]}, "EPSG:4326"),
        ({"type": "FeatureCollection", "features": []}, "no line and no area"),
        ({"type": "LineString", "coordinates": [[0, 0]] * (MOST_POINTS + 1)}, "simplify it"),
        (
            {"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]]] * (MOST_SHAPES + 1)},
            "at most",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_drawn_is_refused_with_the_cure(document: Any, cure: str) -> None:
    with pytest.raises(ValueError, match=cure):
        shapes_of(document)


def test_a_document_may_be_as_deep_as_it_likes() -> None:
    assert len(shapes_of(nested(20_000))) == 1


def test_an_outline_is_set_read_replaced_and_removed_and_each_is_on_record() -> None:
    tenant = make_tenant()
    admin, viewer = (signed_in(make_user(tenant, role)) for role in ("admin", "viewer"))
    assert viewer.get(ADDRESS).status_code == 404

    for name in ("Coast", "Districts\0"):
        body = {"name": name, "geojson": feature(LINE)}
        assert admin.put(ADDRESS, body, content_type="application/json").status_code == 200

    told = viewer.get(ADDRESS).json()
    assert (told["name"], told["points"]) == ("Districts", 2)
    assert told["shapes"] == [{"is_area": False, "rings": [[[0, 51], [1.234568, 52]]]}]
    assert admin.delete(ADDRESS).status_code == 204
    assert viewer.get(ADDRESS).status_code == 404
    with tenant_scope(tenant.id):
        actions = AuditRow.objects.filter(object_kind="outline").order_by("at")
        assert [row.action for row in actions] == ["outline.set", "outline.set", "outline.removed"]


def test_who_does_not_manage_all_of_the_tenant_sets_no_outline() -> None:
    tenant = make_tenant()
    bound, body = make_user(tenant, "admin"), {"name": "Mine", "geojson": LINE}
    site = make_site(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(client_id=site.client_id)

    for user in (bound, make_user(tenant, "supervisor")):
        browser = signed_in(user)
        assert browser.put(ADDRESS, body, content_type="application/json").status_code == 403
        assert browser.delete(ADDRESS).status_code == 403
        assert "data-set-outline" not in browser.get("/map").content.decode()


def test_a_stranger_has_an_outline_of_their_own_or_none() -> None:
    tenant, other = make_tenant(), make_tenant()
    owner, stranger = (signed_in(make_user(one, "admin")) for one in (tenant, other))
    owner.put(ADDRESS, {"name": "Ours", "geojson": LINE}, content_type="application/json")

    assert stranger.get(ADDRESS).status_code == 404
    assert stranger.delete(ADDRESS).status_code == 404
    with tenant_scope(tenant.id):
        assert Outline.objects.count() == 1


def test_a_file_that_is_no_outline_changes_nothing_and_says_why() -> None:
    browser = signed_in(make_user(make_tenant(), "admin"))
    body = {"name": "Sites", "geojson": {"type": "Point", "coordinates": [0, 0]}}

    refused = browser.put(ADDRESS, body, content_type="application/json")

    assert refused.status_code == 422
    assert "lines and polygons only" in refused.json()["fields"]["geojson"]
