"""Templates and quarantine over HTTP, and who may touch them."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.make import NOW, make_tenant, make_user, signed_in
from watchfloor.aiops.alerts.report import Report, encode
from watchfloor.noc.intake.models import IntakeRecord, Lane
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

JSON = "application/json"
FIELDS = {"alert_type": "item.t"}


def admin(tenant: Tenant) -> Client:
    return signed_in(make_user(tenant, "admin"))


def put(client: Client, name: str, **body: Any) -> Any:
    return client.put(f"/api/v1/mappings/{name}", {"fields": FIELDS, **body}, JSON)


def actions(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.id):
        rows = AuditRow.objects.filter(object_kind__in=("mapping", "report"))
        return [row.action for row in rows.order_by("at", "id")]


def quarantined(tenant: Tenant) -> str:
    event_id = uuid7()
    report = Report(event_id=event_id.hex, integration=1, received_at=0, alert_type="POISON")
    with tenant_scope(tenant.id), transaction.atomic():
        IntakeRecord.objects.create(
            event_id=event_id, tenant_id=tenant.id, lane=Lane.NORMAL, body=encode(report),
            received_at=NOW, quarantined_at=NOW, error="it is poison",
        )  # fmt: skip
    return str(event_id)


def test_a_template_is_made_changed_listed_and_deleted() -> None:
    tenant = make_tenant()
    client = admin(tenant)
    assert put(client, "door").json()["address"] == "/ingest/json/door"
    assert put(client, "door", items="rows").status_code == 200
    [listed] = client.get("/api/v1/mappings").json()["items"]
    assert (listed["name"], listed["items"]) == ("door", "rows")
    assert client.delete("/api/v1/mappings/door").status_code == 204
    assert client.get("/api/v1/mappings/door").status_code == 404
    assert actions(tenant) == ["mapping.saved", "mapping.saved", "mapping.deleted"]


def test_a_wrong_template_is_named() -> None:
    answer = put(admin(make_tenant()), "door", fields={"alert_type": "item.t("})
    assert answer.status_code == 422
    assert "alert_type" in answer.json()["fields"]


@pytest.mark.parametrize("name", ["preview", "A", "a" * 61, "-x"])
def test_a_name_must_fit_into_an_address(name: str) -> None:
    assert put(admin(make_tenant()), name).status_code in (405, 422)


def test_a_preview_answers_with_alerts_and_errors() -> None:
    body = {"fields": FIELDS, "body": [{"t": "A"}, {}]}
    answer = admin(make_tenant()).post("/api/v1/mappings/preview", body, JSON).json()
    assert [alert["alert_type"] for alert in answer["alerts"]] == ["A"]
    assert [bad["index"] for bad in answer["rejected"]] == [1]


def test_a_quarantined_report_is_shown_and_replayed() -> None:
    tenant = make_tenant()
    client, event_id = admin(tenant), quarantined(tenant)
    [shown] = client.get("/api/v1/quarantine").json()["items"]
    assert (shown["event_id"], shown["error"]) == (event_id, "it is poison")
    assert shown["alert_type"] == "POISON"
    assert client.post(f"/api/v1/quarantine/{event_id}/replay").status_code == 202
    assert client.get("/api/v1/quarantine").json()["items"] == []
    assert client.post(f"/api/v1/quarantine/{event_id}/replay").status_code == 404
    assert actions(tenant) == ["report.replayed"]


def test_strangers_and_those_who_may_not_configure_are_refused() -> None:
    tenant = make_tenant()
    event_id = quarantined(tenant)
    put(admin(tenant), "door")
    stranger, operator = admin(make_tenant()), signed_in(make_user(tenant, "operator"))
    for path, method in (
        ("/api/v1/mappings/door", "get"),
        ("/api/v1/mappings/door", "delete"),
        (f"/api/v1/quarantine/{event_id}/replay", "post"),
    ):
        answers = [getattr(c, method)(path).status_code for c in (Client(), stranger, operator)]
        assert answers == [401, 404, 403], path
    assert stranger.get("/api/v1/mappings").json()["items"] == []
    assert stranger.get("/api/v1/quarantine").json()["items"] == []
