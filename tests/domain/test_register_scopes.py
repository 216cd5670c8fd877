"""Rows of registers that name what lies beyond somebody's places: what is told of them, to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.test import Client as Browser

from tests.console.making import make_site
from tests.make import NOW, bearer, make_key, make_user, signed_in
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Employment, Person
from watchfloor.domain.registers.declaration import registers
from watchfloor.domain.registers.selectors import scoped
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.accounts.scope import NOTHING
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

IN_AN_HOUR = {"priority": "P1", "response_minutes": 5, "resolution_minutes": 60}


def send(key: str, noun: str, *rows: Mapping[str, Any]) -> None:
    answer = Browser().post(
        f"/api/v1/{noun}/import", {"rows": rows}, content_type="application/json",
        headers=bearer(key),
    )  # fmt: skip
    assert answer.status_code == 200, answer.content


def registers_of(tenant: Tenant) -> tuple[Site, Site]:
    """Return a site, and another whose codes stand in rows of every register that may name it."""
    here, there = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    client, key = there.client.code if there.client else "", make_key(tenant, "admin")
    with tenant_scope(tenant.id):
        Person.objects.create(code="g1", name="Ada", home_site=here, created_at=NOW)
    send(key, "assets", {"code": "plant-far", "site": there.code})
    send(key, "assets", {"code": "pump", "site": here.code, "parent": "plant-far"})
    send(
        key, "checkpoints", *({"code": f"at-{one.code}", "site": one.code} for one in (here, there))
    )
    stops = [f"at-{here.code}", f"at-{there.code}"]
    send(key, "routes", {"code": "round", "site": here.code, "checkpoints": stops})
    job = {"site": here.code, "times": "Mon 08:00", "asset": "plant-far"}
    send(key, "jobs", {"code": "oil", **job})
    both = [here.code, there.code]
    send(key, "employments", {"person": "g1", "authorised_sites": both})
    calendars: dict[str, dict[str, Any]] = {
        "all-week": {}, "two": {"sites": both, "client": client}, "far-hours": {"client": client},
        "far-site": {"sites": [there.code]},
    }  # fmt: skip
    send(key, "calendars", *({"code": code, **said} for code, said in calendars.items()))
    send(key, "holidays", *({"calendar": code, "day": "2026-12-25"} for code in calendars))
    send(key, "sla-policies", IN_AN_HOUR, {**IN_AN_HOUR, "client": client})
    level = {"priority": "P1", "level": 1, "after_minutes": 30}
    send(key, "escalation-levels", level, {**level, "client": client, "group": "far-managers"})
    return here, there


def items(key: str, noun: str, query: str = "") -> Sequence[dict[str, Any]]:
    answer = Browser().get(f"/api/v1/{noun}{query}", headers=bearer(key))
    assert answer.status_code == 200, answer.content
    return list(answer.json()["items"])


def test_who_is_bound_to_places_reads_no_codes_of_others_in_any_register(tenant: Tenant) -> None:
    here, there = registers_of(tenant)
    assert there.client is not None
    bound = make_key(tenant, "admin", bounds=Bounds(sites=(here.code,)))
    reader = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=reader).update(site_id=here.pk)
    near, everywhere = signed_in(reader), signed_in(make_user(tenant, "admin"))
    beyond = (there.code, there.client.code, "plant-far", "far-hours", "far-managers")
    naming = [noun for noun, one in registers().items() if scoped(one, NOTHING)]

    assert sorted(naming) == [
        "assets", "calendars", "employments", "escalation-levels", "holidays", "jobs",
        "routes", "sla-policies",
    ]  # fmt: skip
    for noun in naming:
        pages = [f"/operation/{noun}", f"/operation/{noun}.csv"]
        rows = items(bound, noun)
        pages += [f"/operation/{noun}/{row['id']}" for row in rows]
        said = [str(rows), *(near.get(path).getvalue().decode() for path in pages)]
        assert rows, noun
        for code in beyond:
            assert not [text for text in said if code in text], (noun, code)
        whole = everywhere.get(pages[1]).getvalue().decode()
        assert [code for code in beyond if code in whole], noun
    calendars = {row["code"]: (row["client"], row["sites"]) for row in items(bound, "calendars")}
    assert calendars == {"all-week": (None, []), "two": (None, [here.code])}
    assert [row["parent"] for row in items(bound, "assets")] == [None]
    assert items(bound, "assets", "?parent=plant-far") == [], "asking is no way round"
    assert items(bound, "calendars", f"?client={there.client.code}") == []
    with tenant_scope(tenant.id):
        person = Person.objects.get(code="g1")
    assert there.code not in near.get(f"/people/{person.pk}").getvalue().decode()


def test_what_a_row_names_beyond_the_places_of_who_writes_it_stays(tenant: Tenant) -> None:
    here, there = registers_of(tenant)
    bound = make_key(tenant, "admin", bounds=Bounds(sites=(here.code,)))

    send(bound, "employments", {"person": "g1", "authorised_sites": []})
    with tenant_scope(tenant.id):
        assert Employment.objects.get().authorised_sites == [there.code]
    send(bound, "employments", {"person": "g1", "authorised_sites": [here.code]})
    with tenant_scope(tenant.id):
        assert sorted(Employment.objects.get().authorised_sites or ()) == sorted(
            (here.code, there.code)
        )
