"""Acts on many: each at most once, guarded as a single act is; stopped, resumed, undone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.console.making import make_alert, make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from tests.noc.orders.making import make_order
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.bulk import services
from watchfloor.noc.bulk.models import BulkAct
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.fixture
def anna(tenant: Tenant) -> Client:
    return signed_in(make_user(tenant))


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def ask(client: Client, incidents: list[Any], act: str = "acknowledge", **said: Any) -> Any:
    items = [{"id": str(one.pk), "version": one.version} for one in incidents]
    body = {"token": str(uuid7()), "noun": "incidents", "act": act, "items": items} | said
    return post(client, "/bulk-acts", **body)


def begun(
    client: Client, incidents: list[NOCIncident], act: str = "acknowledge", **said: Any
) -> str:
    answer = ask(client, incidents, act, **said)
    assert answer.status_code == 201, answer.content
    return f"/bulk-acts/{answer.json()['id']}"


def finished(client: Client, path: str, step: str = "go-on", left: str = "waiting") -> Any:
    while True:
        progress = post(client, f"{path}/{step}").json()
        if not progress[left]:
            return progress


def states(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.id):
        return list(NOCIncident.objects.order_by("number").values_list("state", flat=True))


def audited(tenant: Tenant, action: str) -> int:
    with tenant_scope(tenant.id):
        return AuditRow.objects.filter(action=action).count()


def test_many_are_acknowledged_a_step_at_a_time(tenant: Tenant, anna: Client) -> None:
    many = [make_incident(tenant) for _ in range(services.STEP + 3)]
    path = begun(anna, many)

    first = post(anna, f"{path}/go-on").json()
    last = post(anna, f"{path}/go-on").json()

    assert (first["total"], first["done"], first["waiting"]) == (len(many), services.STEP, 3)
    assert [one["state"] for one in last["items"]] == ["done"] * 3
    assert (last["waiting"], last["done"], last["ended_at"] is not None) == (0, len(many), True)
    assert set(states(tenant)) == {"ACKNOWLEDGED"}
    assert audited(tenant, "incident.acknowledged") == len(many)


def test_what_is_sent_again_is_the_same_act_and_none_is_done_twice(
    tenant: Tenant, anna: Client
) -> None:
    many = [make_incident(tenant) for _ in range(3)]
    said = {"token": str(uuid7())}
    path = begun(anna, many, **said)
    finished(anna, path)

    again = begun(anna, many, **said)
    finished(anna, again)

    assert again == path
    assert audited(tenant, "incident.acknowledged") == 3
    assert audited(tenant, "bulk.asked") == 1
    assert ask(anna, many[:2], **said).status_code == 409


def test_each_is_refused_for_what_would_refuse_a_single_act(tenant: Tenant, anna: Client) -> None:
    free, taken, over = (make_incident(tenant) for _ in range(3))
    bob = signed_in(make_user(tenant, "supervisor"))
    post(bob, f"/incidents/{taken.pk}/acknowledge")
    post(bob, f"/incidents/{over.pk}/resolve")

    progress = finished(anna, begun(anna, [free, taken, over]))

    assert (progress["done"], progress["refused"]) == (1, 2)
    whys = [one["why"] for one in progress["reasons"]]
    assert any("supervisor acknowledged it" in why for why in whys)
    assert any("supervisor resolved it" in why for why in whys)


def test_life_safety_is_acknowledged_and_assigned_together_but_resolved_one_by_one(
    tenant: Tenant, anna: Client
) -> None:
    many = [make_incident(tenant, is_life_safety=True), make_incident(tenant)]

    taken = finished(anna, begun(anna, many))
    resolved = finished(anna, begun(anna, many, "resolve", disposition="technical"))

    assert taken["done"] == 2
    assert (resolved["done"], resolved["refused"]) == (1, 1)
    assert resolved["reasons"] == [{"why": "Life safety is resolved one by one.", "number": 1}]
    assert states(tenant) == ["ACKNOWLEDGED", "RESOLVED"]


def test_a_standing_order_holds_back_a_resolve_among_many_too(tenant: Tenant, anna: Client) -> None:
    make_order(tenant)

    progress = finished(anna, begun(anna, [make_incident(tenant)], "resolve"))

    assert progress["refused"] == 1
    assert states(tenant) == ["NEW"]


def test_what_waits_is_left_alone_once_it_is_stopped(tenant: Tenant, anna: Client) -> None:
    many = [make_incident(tenant) for _ in range(services.STEP + 2)]
    path = begun(anna, many)
    post(anna, f"{path}/go-on")

    stopped = post(anna, f"{path}/stop").json()
    later = post(anna, f"{path}/go-on").json()

    assert (stopped["done"], stopped["left"], stopped["waiting"]) == (services.STEP, 2, 0)
    assert (later["items"], later["left"]) == ([], 2)
    assert states(tenant).count("NEW") == 2


def test_all_that_pass_a_filter_are_taken_as_they_are_when_it_is_asked(
    tenant: Tenant, anna: Client
) -> None:
    [make_incident(tenant, severity=severity) for severity in (5, 2, 5)]
    wanted = {"severity": "CRITICAL", "state": "open"}
    said = {"token": str(uuid7()), "items": [], "filter": wanted, "disposition": "technical"}

    path = begun(anna, [], "resolve", **said)
    progress = finished(anna, path)

    assert (progress["total"], progress["done"]) == (2, 2)
    assert states(tenant) == ["RESOLVED", "NEW", "RESOLVED"]
    assert begun(anna, [], "resolve", **said) == path
    assert ask(anna, [make_incident(tenant)], filter=wanted).status_code == 422
    assert ask(anna, [], filter={"number": 2**40}).status_code == 422
    assert ask(anna, [], filter={"colour": "red"}).status_code == 422


def test_it_is_undone_as_one_and_what_was_so_before_or_changed_since_stands(
    tenant: Tenant, anna: Client
) -> None:
    plain, mine, changed = (make_incident(tenant) for _ in range(3))
    post(anna, f"/incidents/{mine.pk}/acknowledge")
    path = begun(anna, [plain, changed], "acknowledge")
    finished(anna, path)
    post(signed_in(make_user(tenant, "supervisor")), f"/incidents/{changed.pk}/comment", text="Hm")

    undone = finished(anna, path, "undo", "done")

    assert (undone["undone"], undone["stands"]) == (1, 1)
    assert "supervisor commented on it" in undone["reasons"][0]["why"]
    assert states(tenant) == ["NEW", "ACKNOWLEDGED", "ACKNOWLEDGED"]
    assert audited(tenant, "bulk.undone") == audited(tenant, "incident.undone") == 1


def test_an_undo_leaves_alone_what_had_been_done_before(tenant: Tenant, anna: Client) -> None:
    mine = make_incident(tenant)
    post(anna, f"/incidents/{mine.pk}/acknowledge")
    path = begun(anna, [mine])
    assert finished(anna, path)["refused"] == 0

    finished(anna, path, "undo", "done")

    assert states(tenant) == ["ACKNOWLEDGED"]


def test_it_is_undone_only_while_it_is_fresh(tenant: Tenant, anna: Client) -> None:
    path = begun(anna, [make_incident(tenant)])
    assert post(anna, f"{path}/undo").status_code == 409
    finished(anna, path)
    with tenant_scope(tenant.id):
        BulkAct.objects.update(ended_at=timezone.now() - timedelta(minutes=1))

    assert post(anna, f"{path}/undo").status_code == 409
    assert states(tenant) == ["ACKNOWLEDGED"]


def test_alerts_that_are_kept_quiet_are_released_together_and_back(
    tenant: Tenant, anna: Client
) -> None:
    many = [make_alert(tenant, suppressed_by="transient") for _ in range(2)]
    many.append(make_alert(tenant, suppressed_by="silence:night"))

    def quiet() -> list[str]:
        with tenant_scope(tenant.id):
            return sorted(NOCAlertEvent.objects.values_list("suppressed_by", flat=True))

    path = begun(anna, many, "release", noun="alerts")
    released = finished(anna, path)

    assert (released["done"], released["refused"]) == (2, 1)
    assert quiet() == ["", "", "silence:night"]
    finished(anna, path, "undo", "done")
    assert quiet() == ["silence:night", "transient", "transient"]


@pytest.mark.parametrize(
    ("act", "said"),
    [("assign", {}), ("snooze", {}), ("escalate", {"reason": ""}), ("release", {}), ("merge", {})],
)
def test_what_is_not_said_or_not_done_in_bulk_is_refused_before_anything_is(
    tenant: Tenant, anna: Client, act: str, said: dict[str, str]
) -> None:
    incident = make_incident(tenant)

    assert ask(anna, [incident], act, **said).status_code == 422
    assert ask(anna, [], act).status_code == 422


def test_nobody_acts_on_many_where_they_may_not_act_on_one(tenant: Tenant) -> None:
    site = make_site(tenant)
    within, beyond = make_incident(tenant, site=site), make_incident(tenant)
    viewer, bound = make_user(tenant, "viewer"), make_user(tenant)
    bind(tenant, bound, site)

    progress = finished(signed_in(bound), begun(signed_in(bound), [within, beyond]))

    assert ask(signed_in(viewer), [within]).status_code == 403
    assert (progress["done"], progress["refused"]) == (1, 1)
    assert states(tenant) == ["ACKNOWLEDGED", "NEW"]


def test_what_somebody_asked_for_is_nobody_elses(tenant: Tenant, anna: Client) -> None:
    path = begun(anna, [make_incident(tenant)])
    colleague = signed_in(make_user(tenant, "supervisor"))
    stranger = signed_in(make_user(make_tenant(), "admin"))

    for client in (colleague, stranger):
        assert client.get(f"/api/v1{path}").status_code == 404
        assert [post(client, f"{path}/{act}").status_code for act in ("go-on", "stop", "undo")] == [
            404
        ] * 3
        assert client.get("/api/v1/bulk-acts").json()["items"] == []
    assert anna.get(f"/api/v1{path}").json()["items"][0]["state"] == "waiting"


def bind(tenant: Tenant, user: User, site: Any) -> None:
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=site.pk)
