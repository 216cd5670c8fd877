"""A grant over a site reaches what lies below it, wherever the scope is asked."""

from __future__ import annotations

import random

import pytest
from django.test import Client as Browser

from tests.console.making import make_alert, make_incident
from tests.make import NOW, bearer, make_key, make_tenant, make_user, signed_in, unique
from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.accounts.identify import viewer_of_user
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


def make_tree(tenant: Tenant, parents: list[int | None]) -> list[Site]:
    """Return sites of one client; `parents[n]` is the place of the n-th one's parent."""
    with tenant_scope(tenant.id):
        client = Client.objects.create(code=unique("client"), name="Acme", created_at=NOW)
        sites: list[Site] = []
        for parent in parents:
            above = None if parent is None else sites[parent]
            code = unique("site")
            sites.append(
                Site.objects.create(
                    code=code, name=code, client=client, parent=above, created_at=NOW
                )
            )
    return sites


def bound_to(tenant: Tenant, *sites: Site, role: str = "operator") -> User:
    user = make_user(tenant, role)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).delete()
        for site in sites:
            RoleGrant.objects.create(user=user, role=role, site_id=site.pk)
    return user


def scope_of(user: User) -> Scope:
    return viewer_of_user(user).scope


def by_hand(parents: list[int | None], granted: set[int]) -> set[int]:
    """Walk up from each site: it is reached if any site on the way is granted."""
    reached = set()
    for number in range(len(parents)):
        step: int | None = number
        while step is not None and step not in granted:
            step = parents[step]
        if step is not None:
            reached.add(number)
    return reached


@pytest.mark.parametrize("seed", range(8))
def test_a_grant_reaches_exactly_the_site_and_all_below_it_in_any_tree(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  a tree is no secret
    size = chance.randint(1, 14)
    parents = [
        None if n == 0 or chance.random() < 0.2 else chance.randrange(n) for n in range(size)
    ]
    granted = set(chance.sample(range(size), chance.randint(1, min(3, size))))
    tenant = make_tenant()
    sites = make_tree(tenant, parents)

    scope = scope_of(bound_to(tenant, *(sites[n] for n in granted)))

    assert scope.site_ids == {sites[n].pk for n in by_hand(parents, granted)}
    assert not scope.all_clients
    assert not scope.client_ids


def test_what_one_may_do_at_a_site_one_may_do_below_it_and_not_above() -> None:
    tenant = make_tenant()
    top, middle, low = make_tree(tenant, [None, 0, 1])
    user = bound_to(tenant, top, role="viewer")
    with tenant_scope(tenant.id):
        RoleGrant.objects.create(user=user, role="operator", site_id=middle.pk)

    acting = viewer_of_user(user).acting("noc:ack_alerts").scope

    assert acting.covers(None, low.pk)
    assert not acting.covers(None, top.pk)


def test_a_site_that_moves_in_the_tree_is_seen_from_where_it_is_at_the_next_request() -> None:
    tenant = make_tenant()
    here, there, moving, deeper = make_tree(tenant, [None, None, 0, 2])
    make_incident(tenant, "Smoke below", site=deeper)
    alert = make_alert(tenant, "Smoke below", site=deeper, client_id=deeper.client_id)
    near, far = signed_in(bound_to(tenant, here)), signed_in(bound_to(tenant, there))
    assert (titles(near), titles(far)) == (["Smoke below"], [])

    with tenant_scope(tenant.id):
        Site.objects.filter(pk=moving.pk).update(parent=there)

    assert (titles(near), titles(far)) == ([], ["Smoke below"])
    assert near.get(f"/api/v1/alerts/{alert.pk}").status_code == 404
    assert far.get(f"/api/v1/alerts/{alert.pk}").status_code == 200
    assert "Smoke below" in far.get("/").content.decode()
    assert "Smoke below" not in near.get("/").content.decode()


def test_a_key_that_is_bound_to_a_site_reads_what_lies_below_it() -> None:
    tenant = make_tenant()
    top, low, other = make_tree(tenant, [None, 0, None])
    for site in (low, other):
        make_incident(tenant, f"At {site.code}", site=site)
    key = make_key(tenant, "read", bounds=Bounds(sites=(top.code,)))

    answer = Browser().get("/api/v1/incidents", headers=bearer(key)).json()

    assert [row["title"] for row in answer["items"]] == [f"At {low.code}"]


def test_a_strangers_tree_is_not_reached_even_through_a_grant_of_its_own() -> None:
    theirs = make_tenant()
    top, low = make_tree(theirs, [None, 0])
    make_incident(theirs, "Theirs", site=low)
    mine = make_tenant()
    stranger = bound_to(mine, top)

    assert low.pk not in scope_of(stranger).site_ids
    assert titles(signed_in(stranger)) == []


def test_a_circle_of_parents_ends() -> None:
    tenant = make_tenant()
    one, other = make_tree(tenant, [None, 0])
    with tenant_scope(tenant.id):
        Site.objects.filter(pk=one.pk).update(parent=other)

    assert scope_of(bound_to(tenant, other)).site_ids == {one.pk, other.pk}


def titles(browser: Browser) -> list[str]:
    rows = browser.get("/api/v1/incidents").json()["items"]
    return [row["title"] for row in rows]
