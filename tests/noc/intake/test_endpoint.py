"""Through the door and onto the disk: what is accepted, once, and what is answered."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings
from structlog.testing import capture_logs

from tests.noc.intake.sender import alert
from watchfloor.platform.logs import Origin

pytestmark = pytest.mark.asyncio
Floor = Callable[..., Any]


async def test_an_accepted_alert_is_on_disk(floor: Floor) -> None:
    async with floor() as sender:
        reply = await sender.post(alert(dedup_key="disk-1", message="full"))
        [report] = await sender.stored()

    assert reply.status_code == 202
    [event] = reply.json()["events"]
    assert reply.json() == {"accepted": 1, "rejected": [], "events": [event]}
    assert event["event_id"].replace("-", "") == report.event_id
    assert event["dedup_key"] == report.dedup_key == "disk-1"


async def test_get_belongs_to_django(floor: Floor) -> None:
    async with floor() as sender:
        reply = await sender.client.get("/api/v1/alerts")

    assert (reply.status_code, reply.text) == (299, "/api/v1/alerts")


async def test_every_answer_carries_the_id_of_its_request(floor: Floor) -> None:
    async with floor() as sender:
        taken = await sender.post(alert(), X_Request_ID="chosen-by-sender")
        refused = [
            await sender.post(b"{"),
            await sender.post(alert(), Authorization="Bearer nobody"),
            await sender.post({}, path="/ingest/json/nothing"),
            await sender.post({}, path="/v2/enqueue"),
            await sender.client.get("/ingest/grafana"),
        ]

    ids = [reply.headers["x-request-id"] for reply in (taken, *refused)]
    assert {reply.status_code // 100 for reply in refused} == {4}
    assert len(set(ids)) == len(ids)
    assert "chosen-by-sender" not in ids


async def test_a_trusted_proxy_names_the_request_and_the_log_says_it(
    floor: Floor, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    async with floor() as sender:
        with capture_logs(processors=[Origin("web")]) as lines:
            reply = await sender.post(
                b"{", X_Request_ID="named-by-proxy", X_Forwarded_For="198.51.100.7"
            )

    assert reply.headers["x-request-id"] == "named-by-proxy"
    [line] = [line for line in lines if line["event"] == "intake"]
    assert (line["status"], line["request_id"], line["ip"]) == (
        400,
        "named-by-proxy",
        "198.51.100.7",
    )
