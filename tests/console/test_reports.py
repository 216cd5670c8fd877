"""What the tools sent, as it came."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = "<script>hacked()</script>"


def send(tenant: Tenant, count: int, message: str = "door forced") -> None:
    flow.work(tenant, *(flow.make_report(n, device=f"d{n}", message=message) for n in range(count)))


def test_every_report_is_listed_the_newest_first_with_its_incident() -> None:
    tenant = make_tenant()
    send(tenant, 130, HOSTILE)
    browser = signed_in(make_user(tenant, "operator"))

    first = browser.get("/reports")
    [older] = [part.split('"')[0] for part in first.content.decode().split('href="?after=')[1:]]
    second = browser.get("/reports", {"after": older})

    assert (len(first.context["rows"]), len(second.context["rows"])) == (100, 30)
    assert HOSTILE not in first.content.decode()
    assert "INC-" in first.content.decode()
    came = [row["report"].received_at for row in (*first.context["rows"], *second.context["rows"])]
    assert came == sorted(came, reverse=True)


def test_a_stranger_and_who_sees_another_place_find_none_of_it() -> None:
    tenant = make_tenant()
    send(tenant, 2)
    elsewhere = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=elsewhere).update(site_id=uuid7())

    assert Client().get("/reports").status_code == 302
    assert (
        "No report yet"
        in signed_in(make_user(make_tenant(), "admin")).get("/reports").content.decode()
    )
    assert "No report yet" in signed_in(elsewhere).get("/reports").content.decode()


def test_a_page_that_is_none_of_ours_is_refused() -> None:
    assert signed_in(make_user(make_tenant())).get("/reports", {"after": "x"}).status_code == 422


def test_its_queries_do_not_grow_with_its_rows() -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant, "operator"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get("/reports")
        return len(captured)

    send(tenant, 1)
    few = queries()
    send(tenant, 20)

    assert queries() == few <= 8
