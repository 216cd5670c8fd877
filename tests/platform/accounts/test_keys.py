"""Keys: known in every process at once, ended in every process within 5 seconds."""

import base64
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.make import bearer, make_integration, make_key, make_tenant, make_user, signed_in, unique
from tests.processes import happens_within
from watchfloor.domain.org.models import Client
from watchfloor.platform.accounts import keys, senders
from watchfloor.platform.accounts.keys import KeyRing
from watchfloor.platform.accounts.models import ApiKey
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Invalid, Unavailable
from watchfloor.platform.tenancy.connect import connect
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


@pytest.fixture
def ring() -> Iterator[KeyRing]:
    """As another process has it."""
    ring = KeyRing()
    yield ring
    ring.stop()


def revoke(tenant: Tenant, plain: str) -> None:
    with tenant_scope(tenant.pk):
        row = ApiKey.objects.select_related("integration").get(last_four=plain[-4:])
        senders.revoke_key(row, by=SYSTEM, now=timezone.now())


def test_a_key_has_32_characters_and_only_its_hash_is_stored():
    tenant = make_tenant()
    plain = make_key(tenant)

    assert len(plain) == 32
    assert set(plain) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    with tenant_scope(tenant.pk):
        row = ApiKey.objects.get()
        assert bytes(row.key_hash) == keys.hashed(plain)
        assert plain not in str(list(AuditRow.objects.values()))


def test_a_new_key_is_known_at_its_first_use(ring):
    tenant = make_tenant()
    ring.start()
    time.sleep(0.05)

    for _ in range(3):
        info = ring.find(make_key(tenant, "ingest", "read"))
        assert info is not None
        assert (info.tenant_id, info.scopes) == (tenant.pk, {"ingest", "read"})


def test_a_revoked_key_is_forgotten_within_five_seconds(ring):
    tenant = make_tenant()
    plain = make_key(tenant)
    assert ring.find(plain) is not None

    revoke(tenant, plain)

    deadline = time.monotonic() + 5
    while ring.find(plain) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_lost_notification_is_made_up_for_by_polling(ring, monkeypatch):
    monkeypatch.setattr(senders, "_tell_all_processes", lambda: None)
    tenant = make_tenant()
    plain = make_key(tenant)
    assert ring.find(plain) is not None

    revoke(tenant, plain)

    assert happens_within(lambda: ring.find(plain) is None, seconds=keys.POLL_SECONDS + 0.5)


def test_keys_of_a_tenant_that_was_put_off_are_worth_nothing(ring):
    tenant = make_tenant()
    plain = make_key(tenant)
    Tenant.objects.using("system").filter(pk=tenant.pk).update(is_active=False)

    assert ring.find(plain) is None


def test_what_does_not_look_like_a_key_never_reaches_the_database(ring, monkeypatch):
    monkeypatch.setattr(ring, "_catch_up", lambda: pytest.fail("asked the database"))

    for text in ("", "x", "A" * 32, "a" * 33, "a" * 31 + "\n", "a" * 31 + "é"):
        assert ring.find(text) is None


def test_a_flood_of_made_up_keys_costs_few_loads(ring, monkeypatch):
    loads = []
    monkeypatch.setattr(
        ring, "_load", lambda connection, real=ring._load: loads.append(1) or real(connection)
    )
    began = time.monotonic()
    threads = [threading.Thread(target=ring.find, args=(keys.new_key(),)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(loads) <= 2 + 1.5 * (time.monotonic() - began) / keys.SECONDS_BETWEEN_MISSES


def test_without_the_database_a_stale_ring_refuses(ring, monkeypatch):
    plain = make_key(make_tenant())
    ring.find(plain)
    ring.stop()

    def away(alias: str) -> None:
        raise psycopg.OperationalError("away")

    monkeypatch.setattr(keys, "connect", away)
    assert ring.find(plain) is not None, "fresh enough"
    ring._loaded_at -= keys.STALE_SECONDS + 1

    with pytest.raises(Unavailable):
        ring.find(plain)


def test_the_last_use_is_written_down_later(ring):
    tenant, before = make_tenant(), timezone.now()
    ring.find(make_key(tenant))

    with connect("system") as connection:
        ring.mark_used(connection)

    with tenant_scope(tenant.pk):
        used_at = ApiKey.objects.get().last_used_at
    assert used_at is not None
    assert before <= used_at <= timezone.now()


def test_two_keys_of_one_integration_live_side_by_side_for_rotation(ring):
    tenant = make_tenant()
    integration = make_integration(tenant)
    old, new = (make_key(tenant, integration=integration) for _ in range(2))
    assert ring.find(old).integration_id == ring.find(new).integration_id == integration.pk

    revoke(tenant, old)

    assert ring.find(new) is not None


def test_unknown_scopes_are_refused():
    tenant = make_tenant()
    with tenant_scope(tenant.pk), pytest.raises(Invalid, match="Scopes are"):
        senders.create_key("n", scopes=["root"], by=SYSTEM, now=timezone.now())


@pytest.mark.parametrize(
    ("scope", "status"), [("ingest", 403), ("read", 403), ("operate", 403), ("admin", 200)]
)
def test_scopes_of_a_key_are_its_capabilities(scope, status):
    key = make_key(make_tenant(), scope)

    assert Browser().get("/api/v1/keys", headers=bearer(key)).status_code == status
    seen = Browser().get("/api/v1/roles", headers=bearer(key)).status_code
    assert seen == (403 if scope == "ingest" else 200)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "GenieKey"])
def test_a_key_comes_as_bearer_geniekey_or_basic_password(scheme):
    key = make_key(make_tenant(), "read")

    answer = Browser().get("/api/v1/me", headers={"Authorization": f"{scheme} {key}"})

    assert answer.json()["kind"] == "key"


def test_a_key_comes_as_a_basic_password():
    key = make_key(make_tenant(), "read")
    client = Browser()
    basic = base64.b64encode(f"anybody:{key}".encode()).decode()

    assert client.get("/api/v1/me", headers={"Authorization": f"Basic {basic}"}).status_code == 200
    assert client.get("/api/v1/me", headers={"Authorization": "Basic %%%"}).status_code == 401


def test_a_wrong_key_is_not_papered_over_by_a_session():
    client = signed_in(make_user(make_tenant()))

    assert client.get("/api/v1/me", headers=bearer(keys.new_key())).status_code == 401


def test_a_bound_key_sees_only_its_clients_and_no_more_where_they_are_unknown():
    key = make_key(make_tenant(), "admin", bounds=Bounds(clients=(unique("ACME"),)))

    me = Browser().get("/api/v1/me", headers=bearer(key)).json()

    assert me["all_clients"] is False
    assert me["client_ids"] == []
    assert "noc:view_all_clients" not in me["capabilities"]
    assert Browser().get("/api/v1/keys", headers=bearer(key)).status_code == 403


def test_a_key_bound_to_a_client_by_its_code_sees_that_client():
    tenant = make_tenant()
    with tenant_scope(tenant.pk):
        mine, _ = (
            Client.objects.create(code=code, name=code, created_at=timezone.now())
            for code in ("ACME", "OTHER")
        )
    key = make_key(tenant, "read", bounds=Bounds(clients=("ACME",)))

    me = Browser().get("/api/v1/me", headers=bearer(key)).json()

    assert me["client_ids"] == [str(mine.pk)]


def test_the_plain_key_is_told_once_over_the_api():
    tenant = make_tenant()
    admin = bearer(make_key(tenant, "admin"))
    body = {"name": "sensor", "scopes": ["ingest"]}

    made = Browser().post("/api/v1/keys", body, content_type="application/json", headers=admin)

    assert made.status_code == 201
    assert len(made.json()["key"]) == 32
    listed = Browser().get("/api/v1/keys", headers=admin).json()["items"]
    assert {"sensor"} <= {row["name"] for row in listed}
    assert all("key" not in row and "key_hash" not in row for row in listed)
    revoked = Browser().post(f"/api/v1/keys/{made.json()['id']}/revoke", headers=admin)
    assert revoked.json()["revoked_at"] is not None
