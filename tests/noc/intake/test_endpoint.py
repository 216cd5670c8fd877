"""Through the door and onto the disk: what is accepted, once, and what is answered."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.noc.intake.sender import alert

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
