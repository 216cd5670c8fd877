"""Trained models over HTTP and on a page: shown with their gate, promoted, rolled back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from tests.noc import flow
from tests.noc.advisers import make_adviser
from watchfloor.aiops.clustering.commands import SetAdviser
from watchfloor.aiops.clustering.log import decode_entries
from watchfloor.aiops.clustering.pairs import SCHEMA
from watchfloor.aiops.ml.schema import FeatureSchema
from watchfloor.domain.org.models import Client as Customer
from watchfloor.noc.clustering import advising
from watchfloor.noc.clustering.models import ClusterCommand
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.modelstore import services as modelstore


@pytest.fixture
def alice(tenant) -> Client:
    return signed_in(make_user(tenant, "admin"))


def post(client: Client, path: str, **extra: Any):
    return client.post(f"/api/v1{path}", "{}", content_type="application/json", **extra)


def commanded() -> list[str | None]:
    """Return what grouping is to hear from the next batch on, in order."""
    bodies = ClusterCommand.objects.order_by("pk").values_list("body", flat=True)
    entries = [entry for body in bodies for entry in decode_entries(bytes(body))]
    return [entry.sha256 for entry in entries if isinstance(entry, SetAdviser)]


def test_a_model_is_listed_with_its_gate_promoted_and_rolled_back(tenant, alice):
    row = make_adviser(now=flow.at())

    [listed] = alice.get("/api/v1/models").json()["items"]
    assert (listed["sha256"], listed["stage"], listed["passes"]) == (row.sha256, "candidate", True)
    assert (listed["gate"]["rules"]["f1"], listed["gate"]["adviser"]["f1"]) == (0.8, 0.9)
    promoted = post(alice, f"/models/{row.pk}/promote").json()
    assert promoted["stage"] == "live"
    assert alice.get(f"/api/v1/models/{row.pk}").json() == promoted
    assert advising.live() == row.sha256
    assert post(alice, "/models/roll-back").json() == {"live": None}
    assert post(alice, "/models/roll-back").status_code == 409

    assert advising.live() is None
    assert commanded() == [row.sha256, None]
    acts = AuditRow.objects.filter(object_kind="model").exclude(action="model.registered")
    assert {(act.action, act.actor_kind) for act in acts} == {
        ("model.promoted", "user"), ("model.rolled_back", "user"),
    }  # fmt: skip


def test_rolling_back_names_the_model_that_advises_again(tenant, alice):
    one, two = make_adviser(now=flow.at()), make_adviser(trees=b"two", now=flow.at(1))
    for row in (one, two):
        assert post(alice, f"/models/{row.pk}/promote").status_code == 200

    assert post(alice, "/models/roll-back").json()["live"]["sha256"] == one.sha256


def test_what_lost_to_the_rules_or_was_damaged_is_not_promoted(tenant, alice):
    lost = make_adviser("2 incidents hidden, 0 without it", now=flow.at())
    damaged = modelstore.register(
        "link", "0" * 64, {"gate": {"passes": True}}, b"dust", by=CLI, now=flow.at()
    )

    assert post(alice, f"/models/{lost.pk}/promote").status_code == 409
    assert post(alice, f"/models/{damaged.pk}/promote").status_code == 422
    assert advising.live() is None
    assert commanded() == []


def test_a_model_of_other_features_is_neither_heard_nor_promoted_and_the_page_says_so(
    tenant, alice
):
    older = FeatureSchema(SCHEMA.version, SCHEMA.features[:-1])
    row = make_adviser(features=older, now=flow.at())

    page = alice.get("/rehearsal").content.decode()

    assert "it looks at other features than this version does: train again" in page
    assert "not by this version" in page
    assert "data-promote=" not in page
    assert post(alice, f"/models/{row.pk}/promote").status_code == 422
    assert advising.find(row.sha256) is None


def calls(client: Client, pk: object, **extra: Any) -> list[int]:
    reads = [client.get(f"/api/v1{path}", **extra) for path in ("/models", f"/models/{pk}")]
    acts = [post(client, path, **extra) for path in (f"/models/{pk}/promote", "/models/roll-back")]
    return [answer.status_code for answer in (*reads, *acts)]


@pytest.mark.parametrize("role", ["viewer", "operator", "supervisor", "auditor"])
def test_who_may_not_configure_may_nothing(tenant, role):
    row = make_adviser(now=flow.at())

    assert set(calls(signed_in(make_user(tenant, role)), row.pk)) == {403}
    assert advising.live() is None


def test_who_configures_one_client_only_may_nothing(tenant):
    row = make_adviser(now=flow.at())
    bob = make_user(tenant, "viewer")
    customer = Customer.objects.create(code="c", name="c", created_at=flow.at())
    RoleGrant.objects.filter(user=bob).delete()
    RoleGrant.objects.create(user=bob, role="admin", client_id=customer.pk)

    assert set(calls(signed_in(bob), row.pk)) == {403}


def test_nobody_and_strangers_get_nothing(tenant):
    row = make_adviser(now=flow.at())
    stranger = signed_in(make_user(make_tenant(), "admin"))

    assert set(calls(Client(), row.pk)) == {401}
    assert set(calls(Client(), row.pk, headers=bearer(make_key(tenant, "operate")))) == {403}
    assert calls(stranger, row.pk)[1:3] == [404, 404]
    assert stranger.get("/api/v1/models").json()["items"] == []
    assert advising.live() is None


def test_a_session_without_its_token_promotes_nothing(tenant):
    row = make_adviser(now=flow.at())
    browser = signed_in(make_user(tenant, "admin"), enforce_csrf_checks=True)

    assert post(browser, f"/models/{row.pk}/promote").status_code == 403


def test_the_page_says_what_each_did_and_why_one_stays_out(tenant, alice):
    assert "None yet: the rules decide alone." in alice.get("/rehearsal").content.decode()
    good = make_adviser(now=flow.at())
    make_adviser("<script>lost()</script>", trees=b"two", now=flow.at(1))
    modelstore.register("link", "f" * 64, {}, b"of before", by=CLI, now=flow.at(2))

    page = alice.get("/rehearsal").content.decode()

    assert "labels 0.800 → 0.900" in page
    assert page.count("data-promote=") == 1
    assert "&lt;script&gt;lost()" in page
    assert "nothing says that it beat the rules alone" in page
    post(alice, f"/models/{good.pk}/promote")
    page = alice.get("/rehearsal").content.decode()
    assert "data-promote=" not in page
    assert page.count("data-model-back") == 1
