"""Who is on post: as rosters and check-ins say at a moment."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.people.models import Employment, Person
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope

HOUR = timedelta(hours=1)


def test_shifts_that_go_on_say_who_is_there_and_how_many_lack() -> None:
    tenant, other, now = make_tenant(), make_tenant(), timezone.now()
    site = make_site(tenant, "Harbour")
    with tenant_scope(tenant.id):
        shift, over, soon = (
            Shift.objects.create(
                code=code, site=site, post="gate", starts_at=now + begins * HOUR,
                ends_at=now + ends * HOUR, required=3, published_at=now,
            )
            for code, begins, ends in (("s1", -2, 6), ("s0", -9, -1), ("s2", 0.4, 8))
        )  # fmt: skip
        for person, came, is_rostered in (
            ("p1", -2 * HOUR, True), ("p2", None, True), ("p3", -HOUR, False),
        ):  # fmt: skip
            Assignment.objects.create(
                shift=shift, person_code=person, starts_at=shift.starts_at,
                is_rostered=is_rostered, checked_in_at=came and now + came,
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
    lacking = viewer.get("/presence?lacking=yes").getvalue().decode()
    assert f"/presence/{shift.pk}" in lacking
    assert f"/presence/{soon.pk}" in listed
    assert f"/presence/{soon.pk}" not in lacking
    assert "Present, not rostered" in shown
    assert f"/presence?site={site.code}" in viewer.get(f"/sites/{site.pk}").content.decode()
    for path in (f"/presence/{shift.pk}", f"/api/v1/presence/{soon.pk}"):
        assert stranger.get(path).status_code == 404


def test_shifts_that_lack_somebody_come_first_page_by_page_and_alone_if_asked() -> None:
    tenant, now = make_tenant(), timezone.now()
    with tenant_scope(tenant.id):
        for code, begins, here in (
            ("full", -5, {"checked_in_at": now - 5 * HOUR}),
            ("left", -4, {"checked_in_at": now - 4 * HOUR, "checked_out_at": now - HOUR}),
            ("strayed", -3, {"checked_in_at": now - 3 * HOUR, "on_break_since": now - 2 * HOUR}),
            ("eats", -2, {"checked_in_at": now - 2 * HOUR, "on_break_since": now - HOUR / 4}),
            ("soon", 0.4, {}),
        ):
            shift = Shift.objects.create(
                code=code, starts_at=now + begins * HOUR, ends_at=now + 6 * HOUR, required=1,
                published_at=now,
            )  # fmt: skip
            Assignment.objects.create(
                shift=shift, person_code="p1", starts_at=shift.starts_at, **here
            )
    viewer = signed_in(make_user(tenant, "viewer"))
    read, path = [], "/api/v1/presence?limit=1"
    while path:
        told = viewer.get(path).json()
        read += [(one["shift"], one["short"]) for one in told["items"]]
        path = told["next"]
    assert read == [("left", 1), ("strayed", 1), ("full", 0), ("eats", 0), ("soon", 0)]
    short = viewer.get("/api/v1/presence?short=true").json()["items"]
    assert [one["shift"] for one in short] == ["left", "strayed"]
    page = viewer.get("/presence").getvalue().decode()
    assert page.index(">strayed<") < page.index(">full<")
    assert "<strong>2 shifts</strong> lack somebody" in page


def test_a_person_s_page_shows_the_shifts_and_the_employment_within_the_viewer_s_bounds() -> None:
    tenant, now = make_tenant(), timezone.now()
    site, other = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    with tenant_scope(tenant.id):
        person = Person.objects.create(code="p1", name="Ada Groen", home_site=site, created_at=now)
        Employment.objects.create(person=person, skills=["first aid"], created_at=now)
        for code, place, begins in (("s1", site, -1), ("s2", other, 20), ("s0", site, -30)):
            shift = Shift.objects.create(
                code=code, site=place, starts_at=now + begins * HOUR, published_at=now,
                ends_at=now + (begins + 8) * HOUR, required=1,
            )  # fmt: skip
            Assignment.objects.create(
                shift=shift, person=person, person_code="p1", starts_at=shift.starts_at
            )
    everywhere = signed_in(make_user(tenant, "viewer"))
    bound = make_user(tenant, "viewer")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=site.pk)
    here_only = signed_in(bound)
    all_of, own = (
        who.get(f"/people/{person.pk}").content.decode() for who in (everywhere, here_only)
    )
    assert "first aid" in all_of
    assert all_of.count("<li><span><time") == 2, "the one of yesterday is over"
    assert "Airport" in all_of
    assert own.count("<li><span><time") == 1
    assert "Airport" not in own
