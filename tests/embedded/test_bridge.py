import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio

from watchfloor.embedded.bridge import NOTIFICATION, PostgresChannelLayer
from watchfloor.embedded.ground import Ground
from watchfloor.embedded.roles import APP

ELSEWHERE = """
import asyncio
from watchfloor.embedded.bridge import PostgresChannelLayer
layer = PostgresChannelLayer()
asyncio.run(layer.group_send("people", {"type": "session.ended", "id": 7}))
"""


@pytest_asyncio.fixture
async def layer(
    shared_ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PostgresChannelLayer]:
    monkeypatch.setenv("WATCHFLOOR_DB_APP", shared_ground.address.dsn(APP))
    layer = PostgresChannelLayer()
    await layer.group_add("people", "alice!1")
    await until_heard(layer)
    yield layer
    await layer.close()


async def until_heard(layer: PostgresChannelLayer) -> None:
    """Send until the listener has connected and the first message came back."""
    await layer.group_add("probe", "probe!1")
    receiving = asyncio.create_task(layer.receive("probe!1"))
    while not receiving.done():
        await layer.group_send("probe", {"type": "probe"})
        await asyncio.wait([receiving], timeout=0.1)
    await layer.group_discard("probe", "probe!1")


async def next_for(layer: PostgresChannelLayer, channel: str) -> object:
    return await asyncio.wait_for(layer.receive(channel), timeout=10)


@pytest.mark.asyncio
async def test_a_message_of_another_process_reaches_the_group(layer: PostgresChannelLayer) -> None:
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", ELSEWHERE], check=True, env=os.environ.copy()
    )

    assert await next_for(layer, "alice!1") == {"type": "session.ended", "id": 7}


@pytest.mark.asyncio
async def test_each_member_of_a_group_gets_the_message_once(layer: PostgresChannelLayer) -> None:
    await layer.group_add("people", "bob!1")
    await layer.group_send("people", {"type": "hello"})

    assert await next_for(layer, "alice!1") == {"type": "hello"}
    assert await next_for(layer, "bob!1") == {"type": "hello"}
    assert not layer._is_here("nobody!1")


@pytest.mark.asyncio
async def test_who_left_hears_nothing(layer: PostgresChannelLayer) -> None:
    await layer.group_add("people", "bob!1")
    await layer.group_discard("people", "alice!1")
    await layer.group_send("people", {"type": "secret"})
    await next_for(layer, "bob!1")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(layer.receive("alice!1"), timeout=0.2)


@pytest.mark.asyncio
async def test_a_single_channel_is_found_in_its_process(
    layer: PostgresChannelLayer, shared_ground: Ground
) -> None:
    envelope = json.dumps({"channel": "alice!1", "message": {"type": "for.you"}})
    with psycopg.connect(shared_ground.address.dsn(APP), autocommit=True) as connection:
        connection.execute("SELECT pg_notify(%s, %s)", (NOTIFICATION, envelope))

    assert await next_for(layer, "alice!1") == {"type": "for.you"}


@pytest.mark.asyncio
async def test_it_listens_again_after_the_server_was_away(
    layer: PostgresChannelLayer, shared_ground: Ground
) -> None:
    shared_ground.server.stop()
    shared_ground.server.start()
    await until_heard(layer)
    await layer.group_send("people", {"type": "back"})

    assert await next_for(layer, "alice!1") == {"type": "back"}


@pytest.mark.asyncio
async def test_a_message_too_large_for_a_notification_is_refused(
    layer: PostgresChannelLayer,
) -> None:
    with pytest.raises(ValueError, match="send ids"):
        await layer.group_send("people", {"type": "x", "text": "x" * 8000})
