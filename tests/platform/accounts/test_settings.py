"""Desks and time zone of a tenant: set, audited, refused with the cure, and nobody else's."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.make import NOW, bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.noc.kpis import selectors as kpis
from watchfloor.noc.rehearsal import services as configurations
from watchfloor.noc.watching import calendar
from watchfloor.noc.watching.models import Watch
from watchfloor.platform.accounts import organisation
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.accounts.organisation import Organisation
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy import settings
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

UNSET = {"desks": None, "time_zone": None}
SET = {"desks": 6, "time_zone": "Europe/Lisbon"}


@pytest.fixture
def tenant():
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        yield tenant


@pytest.fixture
def alice(tenant) -> Client:
    return signed_in(make_user(tenant, "admin"))


def put(client: Client, body: Any, **extra: Any) -> Any:
    return client.put(
        "/api/v1/settings", json.dumps(body), content_type="application/json", **extra
    )


def test_desks_and_zone_are_set_used_and_taken_away_again(tenant, alice):
    assert alice.get("/api/v1/settings").json() == UNSET

    assert put(alice, SET).json() == SET

    assert alice.get("/api/v1/settings").json() == SET
    assert kpis.operators(NOW) == 6
    assert calendar.zone_of(Watch(started_at=NOW)) == ZoneInfo("Europe/Lisbon")
    assert put(alice, {}).json() == UNSET
    assert kpis.operators(NOW) == 1
    assert calendar.zone_of(Watch(started_at=NOW)) == ZoneInfo("UTC")


def test_every_change_is_audited_and_the_same_again_is_none(alice):
    for body in (SET, SET, {"desks": 6}):
        assert put(alice, body).status_code == 200

    rows = AuditRow.objects.filter(action="settings.changed").order_by("at", "id")
    assert [(row.before, row.after) for row in rows] == [
        (UNSET, SET), (SET, {"desks": 6, "time_zone": None}),
    ]  # fmt: skip


def test_what_is_undone_leaves_neither_a_setting_nor_an_audit_row(tenant):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        organisation.change(Organisation(desks=6), by=SYSTEM, now=NOW)
        assert organisation.read().desks == 6, "both are there at once"
        1 / 0  # noqa: B018

    assert organisation.read() == Organisation()
    assert not AuditRow.objects.filter(action="settings.changed").exists()


def test_a_tenant_changes_its_own_settings_and_nothing_else_of_a_tenant(tenant):
    other = make_tenant()
    rows = Tenant.objects.using("default")

    assert rows.filter(pk=other.pk).update(settings={"desks": 9}) == 0
    assert rows.filter(pk=tenant.pk).update(settings={"desks": 9}) == 1
    for change in ({"is_active": False}, {"slug": "mine"}, {"name": "Mine"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.filter(pk=tenant.pk).update(**change)


@pytest.mark.parametrize(
    ("body", "field", "cure"),
    [
        ({"desks": 0}, "desks", "greater than or equal to 1"),
        ({"desks": 501}, "desks", "less than or equal to 500"),
        ({"desks": "six"}, "desks", "valid integer"),
        ({"desks": True}, "desks", "valid integer"),
        ({"time_zone": "America"}, "time_zone", "use a name such as 'Europe/London'"),
        ({"time_zone": "../etc"}, "time_zone", "use a name such as 'Europe/London'"),
        ({"time_zone": ""}, "time_zone", "use a name such as 'Europe/London'"),
        ({"timezone": "UTC"}, "timezone", "not permitted"),
    ],
)
def test_nonsense_is_refused_by_name_with_the_cure(alice, body, field, cure):
    answer = put(alice, body)

    assert answer.status_code == 422
    assert cure in answer.json()["fields"][field]
    assert alice.get("/api/v1/settings").json() == UNSET


def test_what_other_parts_keep_there_stays(tenant, alice):
    document = {"noise": {"pause_medium": 600.0}}
    made = configurations.draft(document, by=SYSTEM, now=NOW)
    configurations.enable(made.pk, by=SYSTEM, now=NOW)

    put(alice, SET)
    assert settings.own() == {**document, **SET}
    configurations.roll_back(by=SYSTEM, now=NOW)
    assert settings.own() == {"noise": {}, **SET}


def test_who_may_not_configure_the_whole_tenant_may_nothing(tenant):
    bob = make_user(tenant, "admin")
    RoleGrant.objects.filter(user=bob).update(client_id=uuid4())
    browsers = [signed_in(make_user(tenant, role)) for role in ("viewer", "supervisor")]

    for browser in (*browsers, signed_in(bob)):
        assert browser.get("/api/v1/settings").status_code == 403
        assert put(browser, SET).status_code == 403
    assert put(Client(), SET).status_code == 401
    assert put(Client(), SET, headers=bearer(make_key(tenant, "operate"))).status_code == 403
    assert settings.own() == {}


def test_a_stranger_sets_their_own_and_a_session_needs_its_token(tenant):
    stranger = signed_in(make_user(make_tenant(), "admin"))
    forged = signed_in(make_user(tenant, "admin"), enforce_csrf_checks=True)

    assert put(stranger, SET).status_code == 200
    assert put(forged, SET).status_code == 403
    assert settings.own() == {}
