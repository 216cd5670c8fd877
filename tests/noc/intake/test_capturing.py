"""Bodies that are kept so that somebody can map them: what, of whom, how many, for how long."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.utils import timezone

from tests.make import make_tenant, make_user, signed_in
from watchfloor.config import retention
from watchfloor.noc.intake import capturing, mapping, selectors, services
from watchfloor.noc.intake.models import Capture, CapturedBody
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

Floor = Callable[..., Any]
JSON = "application/json"


@sync_to_async
def start(tenant: Tenant, name: str) -> None:
    with tenant_scope(tenant.id):
        mapping.start(name, by=SYSTEM, now=timezone.now())
    connections.close_all()


@sync_to_async
def save(tenant: Tenant, name: str, fields: dict[str, str]) -> None:
    with tenant_scope(tenant.id):
        services.save_mapping(name, items="", fields=fields, by=SYSTEM, now=timezone.now())
    connections.close_all()


@sync_to_async
def kept(tenant: Tenant, name: str) -> list[Any]:
    with tenant_scope(tenant.id):
        found = [json.loads(bytes(row.body)) for row in selectors.captured(name)]
    connections.close_all()
    return found


@pytest.mark.asyncio
async def test_bodies_are_kept_without_their_secrets_before_there_is_a_template_and_after(
    floor: Floor,
) -> None:
    body = {
        "host": "cam-1",
        "auth": {"apiToken": "s3cret"},
        "url": "Bearer abc.def",
        "dedup_key": 7,
    }
    async with floor() as sender, floor() as other:
        await start(sender.tenant, "cams")
        for one in (sender, other):
            reply = await one.post(body, "/ingest/json/cams")
            assert reply.status_code == 404
        await save(sender.tenant, "cams", {"alert_type": "item.kind"})
        await sender.post({"kind": 5, "n": 2}, "/ingest/json/cams")
        for no_use in (b"{", b"5", json.dumps({"a": "x" * 70_000}).encode()):
            await sender.post(no_use, "/ingest/json/cams")
        mine, theirs = await kept(sender.tenant, "cams"), await kept(other.tenant, "cams")

    masked = {"host": "cam-1", "auth": {"apiToken": "***"}, "url": "Bearer ***", "dedup_key": 7}
    assert masked in mine
    assert {"kind": 5, "n": 2} in mine
    assert len(mine) == 2
    assert theirs == []


@pytest.mark.asyncio
async def test_a_flood_leaves_no_more_than_its_first_hundred_of_a_minute(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capturing, "MOST_BODIES", 3)
    async with floor() as sender:
        await start(sender.tenant, "cams")
        for number in range(5):
            await sender.post({"n": number}, "/ingest/json/cams")
        assert len(await kept(sender.tenant, "cams")) == 3


def test_what_is_old_or_behind_the_last_hundred_is_forgotten(tenant: Tenant) -> None:
    now = timezone.now()
    mapping.start("cams", by=SYSTEM, now=now)
    mapping.start("old", by=SYSTEM, now=now - 2 * mapping.LASTS - timedelta(minutes=1))
    cams, old = Capture.objects.get(name="cams"), Capture.objects.get(name="old")
    CapturedBody.objects.bulk_create(
        CapturedBody(capture=one, received_at=now - age, body=b"{}")
        for one, ages in (
            (cams, [timedelta(minutes=n) for n in range(103)]),
            (old, [mapping.LASTS * 1.5]),
        )
        for age in ages
    )

    retention.forget_bodies(now)

    assert selectors.captured("cams").count() == 100
    assert (
        not selectors.captured("cams").filter(received_at__lt=now - timedelta(minutes=100)).exists()
    )
    assert not Capture.objects.filter(name="old").exists()


def test_a_trial_says_of_each_body_what_it_would_become_or_why_not(tenant: Tenant) -> None:
    now = timezone.now()
    mapping.start("cams", by=SYSTEM, now=now)
    for body in ([{"k": "DOOR"}, {"k": "LIFT"}], {"k": "FIRE"}, {"x": 1}, [5]):
        mapping.add("cams", body, by=SYSTEM, now=now)

    def tried(items: str, **fields: str) -> list[mapping.Trial]:
        bodies = selectors.captured("cams").order_by("id")
        return mapping.try_on(bodies, items=items, fields=fields, now=now)

    trials = tried("", alert_type="item.k")
    assert [[a["alert_type"] for a in one.preview.alerts] for one in trials] == [
        ["DOOR", "LIFT"], ["FIRE"], [], [],
    ]  # fmt: skip
    assert "alert_type" in str(trials[2].preview.rejected)
    assert all(
        "there is no rows in the body" in one.refused for one in tried("rows", alert_type="1")
    )
    mapping.add("cams", [{"k": "DOOR"}] * 30, by=SYSTEM, now=now)
    *_, long = tried("", alert_type="item.k")
    assert (len(long.preview.alerts), long.is_all) == (mapping.MOST_ALERTS, False)
    with pytest.raises(Invalid) as wrong:
        tried("", severity="item.(")
    assert set(wrong.value.problem()["fields"]) == {"alert_type", "severity"}


def test_captures_by_api_and_not_for_strangers(tenant: Tenant) -> None:
    admin = signed_in(make_user(tenant, "admin"))
    strangers = [signed_in(make_user(make_tenant(), "admin")), signed_in(make_user(tenant))]

    made = admin.post("/api/v1/captures", {"name": "cams"}, JSON)
    pasted = admin.post("/api/v1/captures/cams/bodies", {"body": {"a": "1"}}, JSON)
    assert (made.status_code, pasted.status_code) == (201, 201)
    assert admin.post("/api/v1/captures/cams/bodies", {"body": 5}, JSON).status_code == 422
    assert admin.post("/api/v1/captures", {"name": "Ü"}, JSON).status_code == 422
    assert admin.get("/api/v1/captures").json()["items"][0]["bodies"] == 1
    assert admin.get("/api/v1/captures/cams/bodies").json()["items"][0]["body"] == {"a": "1"}
    for stranger in strangers:
        answers = [
            stranger.get("/api/v1/captures/cams"),
            stranger.get("/api/v1/captures/cams/bodies"),
            stranger.post("/api/v1/captures/cams/bodies", {"body": {}}, JSON),
            stranger.delete("/api/v1/captures/cams"),
        ]
        assert {answer.status_code for answer in answers} <= {403, 404}
    assert admin.delete("/api/v1/captures/cams").status_code == 204
    assert not CapturedBody.objects.exists()
    actions = AuditRow.objects.filter(object_kind="capture").order_by("at", "id")
    assert [row.action for row in actions] == [
        "capture.started", "capture.pasted", "capture.stopped",
    ]  # fmt: skip
