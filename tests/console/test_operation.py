"""Registers and records on their pages: overview, list, form, file, and to whom they are shown."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.architecture.filling import fill
from tests.console.making import make_site
from tests.make import NOW, make_tenant, make_user, signed_in
from watchfloor.domain.filings.models import Filing
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.domain.posts.models import Post
from watchfloor.domain.registers.declaration import Register, declared
from watchfloor.domain.shifts.models import Punch
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = "<i>=gate</i>"
MOST = 14


def make_post(site: Site, code: str, **values: Any) -> Post:
    with tenant_scope(site.tenant_id):
        return Post.objects.create(
            code=code, site=site, created_at=NOW, **{"name": HOSTILE, "kind": "GATE"} | values
        )


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.getvalue().decode()


def operator_at(tenant: Tenant, site: Site) -> Browser:
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=site.pk)
    return signed_in(user)


def test_posts_are_counted_listed_found_narrowed_and_taken_out(tenant: Tenant) -> None:
    north, south = make_site(tenant, "North"), make_site(tenant, "South")
    post = make_post(north, "gate")
    make_post(south, "vault", kind="VAULT", armed=True)
    chief = signed_in(make_user(tenant, "admin"))

    overview = text(chief, "/operation")
    assert 'href="/operation/posts"' in overview
    assert ">2<" in overview
    of_north = text(chief, f"/operation?site={north.code}")
    assert f'href="/operation/posts?site={north.code}"' in of_north
    assert ">1<" in of_north
    assert 'href="/operation/leave?person=G1"' in text(chief, "/operation?person=G1")
    [found] = chief.get("/find.json?q=post").json()["found"]
    assert found["address"] == "/operation/posts"
    with CaptureQueriesContext(connections["default"]) as queries:
        page = text(chief, "/operation/posts?armed=yes&kind=VAULT&risk=nonsense")
    assert len(queries) <= MOST
    assert "vault" in page
    assert ">gate</a>" not in page
    assert ">gate</a>" in text(chief, f"/operation/posts?site={north.code}")
    with CaptureQueriesContext(connections["default"]) as queries:
        form = text(chief, f"/operation/posts/{post.pk}")
    assert len(queries) <= MOST
    assert 'name="required_guards" value="1" required' in form
    assert HOSTILE not in form
    file = chief.get("/operation/posts.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [(row["code"], row["site"], row["armed"]) for row in rows] == [
        ("gate", north.code, "no"), ("vault", south.code, "yes")
    ]  # fmt: skip
    assert chief.get("/operation/nothing").status_code == 404


def test_who_guards_one_site_reads_its_rows_and_no_form(tenant: Tenant) -> None:
    here, there = make_site(tenant, "Here"), make_site(tenant, "There")
    ours, theirs = make_post(here, "post-ours"), make_post(there, "post-theirs")
    operator = operator_at(tenant, here)

    page = text(operator, "/operation/posts")
    assert "post-ours" in page
    assert "post-theirs" not in page
    assert "import-file" not in page
    shown = text(operator, f"/operation/posts/{ours.pk}")
    assert 'id="writing"' not in shown
    assert f'href="/sites/{here.pk}"' in shown
    assert operator.get("/operation/posts/new").status_code == 403
    assert operator.get(f"/operation/posts/{theirs.pk}").status_code == 404
    stranger = signed_in(make_user(make_tenant(), "admin"))
    assert stranger.get(f"/operation/posts/{ours.pk}").status_code == 404
    assert "post-ours" not in text(stranger, "/operation/posts")
    assert Browser().get("/operation/posts").status_code == 302


def test_records_read_as_people_write_and_persons_by_name_to_who_may_see_names(
    tenant: Tenant,
) -> None:
    site = make_site(tenant, "Harbour")
    with tenant_scope(tenant.id):
        ada = Person.objects.create(code="p1", name="Ada Groen", home_site=site, created_at=NOW)
        common = {"site": site, "person_code": "p1", "at": NOW}
        Punch.objects.create(
            kind="check_in", person=ada, received_at=NOW, accuracy_m=4.123456789, **common
        )
        Filing.objects.create(report="daily-log", day=NOW.date(), **common)
    chief, guest = signed_in(make_user(tenant, "admin")), signed_in(make_user(tenant, "viewer"))

    for path in ("/operation/punches", "/operation/filings"):
        assert f'<a href="/people/{ada.pk}">Ada Groen (p1)</a>' in text(chief, path)
        assert "Ada Groen" not in text(guest, path)
    page = text(chief, "/operation/punches?kind=Check+in")
    assert ">Check in" in page
    assert "check_in" not in page
    with tenant_scope(tenant.id):
        punch = Punch.objects.get()
    assert "<dd>4 m" in text(chief, f"/operation/punches/{punch.pk}")


def test_every_noun_has_a_list_and_a_form_that_take_few_queries(tenant: Tenant) -> None:
    chief = signed_in(make_user(tenant, "admin"))
    told: dict[str, tuple[int, int]] = {}

    for what in declared():
        row = fill(what.model, tenant, using="owner")
        paths = [f"/operation/{what.noun}"]
        if isinstance(what, Register):
            paths.append(f"/operation/{what.noun}/{row.pk}")
        for path in paths:
            with CaptureQueriesContext(connections["default"]) as queries:
                status = chief.get(path).status_code
            if status != 200 or len(queries) > MOST:
                told[path] = (status, len(queries))

    assert told == {}
