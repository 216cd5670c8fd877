"""Walls: who makes them, what a token opens and until when, and that no person is on them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.make import bearer, make_key, make_tenant, make_user, signed_in, unique
from watchfloor.console.views import walls as pages
from watchfloor.domain.org.models import Site
from watchfloor.noc.desks import services as desks
from watchfloor.noc.walls.models import Wall
from watchfloor.platform.accounts import services as accounts
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.audit.actors import SYSTEM, Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.live.door import Caller, viewer_of
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

NAME = "Mia Ito"
SAID = "call +44 7700 900123"


def make(browser: Browser, **asked: Any) -> Any:
    body = json.dumps({"name": "Control room"} | asked)
    return browser.post("/api/v1/walls", body, content_type="application/json")


def address(user: User, **asked: Any) -> str:
    answer = make(signed_in(user), **asked)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["path"])


def shown(path: str) -> Any:
    """Return what a screen is told that nobody has signed in at."""
    answer = Browser().get(f"{path}.json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def is_dark(path: str) -> bool:
    return {Browser().get(path).status_code, Browser().get(f"{path}.json").status_code} == {404}


def bound(tenant: Tenant, site: Site) -> User:
    """Return an administrator of one site."""
    user = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=site.pk)
    return user


def test_its_token_is_shown_once_kept_as_a_hash_and_on_record() -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant, "admin"))

    made = make(browser).json()
    again = browser.get(f"/api/v1/walls/{made['id']}").json()
    browser.post(f"/api/v1/walls/{made['id']}/revoke")

    token = made["path"].removeprefix("/wall/")
    lasts = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["made_at"])
    assert len(token) >= 43
    assert lasts == timedelta(days=7)
    assert "path" not in again
    assert again["last_used_at"] is None
    with tenant_scope(tenant.id):
        kept = str(Wall.objects.values().get())
        acts = list(AuditRow.objects.filter(object_kind="wall").order_by("at"))
    assert [act.action for act in acts] == ["wall.made", "wall.revoked"]
    assert token not in kept + str([(act.before, act.after) for act in acts])


@pytest.mark.parametrize("days", [0, 91])
def test_it_lasts_ninety_days_at_most(days: int) -> None:
    assert make(signed_in(make_user(make_tenant(), "admin")), days=days).status_code == 422


def test_who_may_not_configure_makes_none_and_a_stranger_finds_none() -> None:
    tenant = make_tenant()
    wall = make(signed_in(make_user(tenant, "admin"))).json()["id"]
    stranger = signed_in(make_user(make_tenant(), "admin"))
    program = bearer(make_key(tenant, "admin"))

    assert make(signed_in(make_user(tenant, "supervisor"))).status_code == 403
    by_key = Browser().post("/api/v1/walls", {"name": "x"}, "application/json", headers=program)
    assert by_key.status_code == 403, "a program has no account that could end"
    assert stranger.get("/api/v1/walls").json()["items"] == []
    assert stranger.get(f"/api/v1/walls/{wall}").status_code == 404
    assert stranger.post(f"/api/v1/walls/{wall}/revoke").status_code == 404


def test_it_shows_no_more_than_its_maker_may_configure() -> None:
    tenant = make_tenant()
    here, there = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    for site in (here, there):
        make_incident(tenant, site=site)
    make_incident(tenant)
    admin, local = make_user(tenant, "admin"), bound(tenant, here)

    everything, of_theirs = shown(address(admin)), shown(address(local))
    of_site = shown(address(admin, site_id=str(there.pk)))
    of_client = shown(address(admin, client_id=str(here.client_id)))

    assert len(everything["incidents"]) == 3
    assert [one["site"] for one in of_theirs["incidents"]] == ["Harbour"]
    assert [one["site"] for one in of_site["incidents"]] == ["Airport"]
    assert [one["site"] for one in of_client["incidents"]] == ["Harbour"]
    assert make(signed_in(local), site_id=str(there.pk)).status_code == 404
    assert make(signed_in(local), client_id=str(there.client_id)).status_code == 404


def test_who_manages_a_part_sees_the_walls_of_that_part_and_their_own() -> None:
    tenant = make_tenant()
    here, there = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    admin, local = make_user(tenant, "admin"), signed_in(bound(tenant, here))
    made = [make(signed_in(admin), name=str(site), site_id=str(site.pk)) for site in (here, there)]
    make(signed_in(admin), name="all")
    make(local, name="own")

    names = {one["name"] for one in local.get("/api/v1/walls").json()["items"]}

    assert names == {"Harbour", "own"}
    assert local.post(f"/api/v1/walls/{made[1].json()['id']}/revoke").status_code == 404


def disable(user: User) -> None:
    accounts.set_active(user, False, by=SYSTEM, now=timezone.now())


def demote(user: User) -> None:
    RoleGrant.objects.filter(user=user).update(role="operator")


def revoke(user: User) -> None:
    Wall.objects.filter(made_by=user).update(revoked_at=timezone.now())


def outlive(user: User) -> None:
    Wall.objects.filter(made_by=user).update(expires_at=timezone.now())


@pytest.mark.parametrize("end", [disable, demote, revoke, outlive])
def test_it_is_dark_once_its_time_its_makers_account_or_grant_has_ended(end: Any) -> None:
    tenant = make_tenant()
    admin = make_user(tenant, "admin")
    path = address(admin)
    assert Browser().get(path).status_code == 200

    with tenant_scope(tenant.id), transaction.atomic():
        end(admin)

    assert is_dark(path)


def test_it_follows_its_maker_when_their_places_become_fewer() -> None:
    tenant = make_tenant()
    here, there = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    make_incident(tenant, site=there)
    admin = make_user(tenant, "admin")
    of_all, of_site = address(admin), address(admin, site_id=str(there.pk))
    of_client = address(admin, client_id=str(there.client_id))

    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=admin).update(site_id=here.pk)

    assert shown(of_all)["incidents"] == []
    assert is_dark(of_site)
    assert is_dark(of_client)


def test_it_tells_what_where_since_when_and_whether_somebody_has_it_and_names_nobody() -> None:
    tenant = make_tenant()
    anna = make_user(tenant)
    site = make_site(tenant, "Harbour")
    with tenant_scope(tenant.id):
        User.objects.filter(pk=anna.pk).update(name=NAME)
    alert = make_alert(
        tenant, SAID, site=site, person_name=NAME, entity_id=NAME, alert_type="DOOR_HELD"
    )
    cluster = make_cluster(tenant, alert)
    with tenant_scope(tenant.id):
        type(cluster).objects.filter(pk=cluster.pk).update(alert_types_in_cluster=["DOOR_HELD"])
    told = {"title": f"{NAME}: {SAID}", "description": SAID, "site": site, "severity": 5}
    make_incident(tenant, cluster=cluster, **told)
    looked_at = make_incident(tenant, f"{NAME} opened it", severity=4)
    make_incident(tenant, severity=3, state="ASSIGNED", assigned_to=anna, title=SAID)
    make_incident(tenant, severity=5, state="RESOLVED", resolution=SAID)
    with tenant_scope(tenant.id):
        desks.claim(looked_at, by=Actor("user", str(anna.pk)), now=timezone.now())
    path = address(make_user(tenant, "admin"), name=NAME)

    board = shown(path)
    everything = json.dumps(board) + Browser().get(path).content.decode()

    assert [(one["what"], one["site"]) for one in board["incidents"]] == [
        ("Door held", "Harbour"),
        ("Opened by hand", None),
        ("Opened by hand", None),
    ]
    assert [one["is_claimed"] for one in board["incidents"]] == [False, True, True]
    assert board["counts"] == {"5": 1, "4": 1, "3": 1}
    assert board["unclaimed_since"] == board["incidents"][0]["opened_at"]
    assert board["last_alert_at"]
    for private in (NAME, SAID, anna.email, str(anna.pk)):
        assert private not in everything


def test_its_address_is_passed_on_to_nobody() -> None:
    path = address(make_user(make_tenant(), "admin"))

    for answer in (Browser().get(path), Browser().get(f"{path}.json")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies


@pytest.mark.parametrize("path", ["/", "/walls", "/alarms.json", "/incidents.json", "/api/v1/me"])
def test_its_token_opens_no_other_page_and_no_operation(path: str) -> None:
    token = address(make_user(make_tenant(), "admin")).removeprefix("/wall/")
    browser = Browser()
    browser.cookies["wf_session"] = token

    for answer in (
        browser.get(path),
        browser.get(f"{path}?token={token}"),
        browser.get(path, headers=bearer(token)),
    ):
        assert answer.status_code in {302, 401}
    assert Browser().post(f"/sign-in/link/{token}").status_code == 401


def test_no_socket_listens_by_a_token_of_a_wall() -> None:
    token = address(make_user(make_tenant(), "admin")).removeprefix("/wall/")

    assert viewer_of(Caller(cookie=token), timezone.now()) is None
    assert viewer_of(Caller(authorization=f"Bearer {token}"), timezone.now()) is None


def test_who_guesses_is_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "limiter", RateLimiter(unique("wall"), 3))

    answers = [Browser().get(f"/wall/{number}{'a' * 42}").status_code for number in range(4)]

    assert answers == [404, 404, 404, 429]


def test_it_costs_as_much_for_many_as_for_few_and_lists_the_first_forty() -> None:
    tenant = make_tenant()
    path = address(make_user(tenant, "admin"))

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(path)
        return len(asked)

    make_incident(tenant)
    few = cost()
    for _ in range(50):
        make_incident(tenant)

    assert cost() <= few <= 15
    assert len(shown(path)["incidents"]) == 40
    assert sum(shown(path)["counts"].values()) == 51


def test_when_it_was_last_used_is_on_its_page() -> None:
    tenant = make_tenant()
    admin = make_user(tenant, "admin")
    path = address(admin, name="<img src=x>")
    browser = signed_in(admin)
    assert "never" in browser.get("/walls").content.decode()

    shown(path)

    page = browser.get("/walls").content.decode()
    assert "never" not in page
    assert "<img src=x>" not in page
    assert signed_in(make_user(tenant, "supervisor")).get("/walls").status_code == 403
    assert Browser().get("/walls").status_code == 302
