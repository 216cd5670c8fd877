"""Who is on post: as rosters and check-ins say at a moment."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.platform.tenancy.context import tenant_scope

NOW = timezone.now()


def test_shifts_that_go_on_say_who_is_there_and_how_many_lack() -> None:
    tenant, other = make_tenant(), make_tenant()
    site = make_site(tenant, "Harbour")
    hour = timedelta(hours=1)
    with tenant_scope(tenant.id):
        shift, over, soon = (
            Shift.objects.create(
                code=code, site=site, post="gate", starts_at=NOW + begins * hour,
                ends_at=NOW + ends * hour, required=3, published_at=NOW,
            )
            for code, begins, ends in (("s1", -2, 6), ("s0", -9, -1), ("s2", 0.4, 8))
        )  # fmt: skip
        for person, came, is_rostered in (
            ("p1", -2 * hour, True), ("p2", None, True), ("p3", -hour, False),
        ):  # fmt: skip
            Assignment.objects.create(
                shift=shift, person_code=person, starts_at=shift.starts_at,
                is_rostered=is_rostered, checked_in_at=came and NOW + came,
            )  # fmt: skip
    viewer, stranger = signed_in(make_user(tenant, "viewer")), signed_in(make_user(other, "admin"))

    with CaptureQueriesContext(connection) as queries:
        first, second = viewer.get(f"/api/v1/presence?site={site.code}").json()["items"]
    assert len(queries) < 12
    assert (first["shift"], first["here"], first["short"]) == ("s1", 2, 1)
    assert [one["presence"] for one in first["people"]] == ["present", "missing", "unexpected"]
    assert (second["shift"], second["short"]) == ("s2", 0), "it has not begun"
    assert viewer.get(f"/api/v1/presence/{over.pk}").status_code == 404
    listed, shown = (
        viewer.get(path).getvalue().decode() for path in ("/presence", f"/presence/{shift.pk}")
    )
    assert "1 lacking" in listed
    assert "Present, not rostered" in shown
    for path in (f"/presence/{shift.pk}", f"/api/v1/presence/{soon.pk}"):
        assert stranger.get(path).status_code == 404
