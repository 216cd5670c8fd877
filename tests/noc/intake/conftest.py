"""A mounted intake over the real database, and what it left there."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.noc.intake.sender import Sender, key_for
from watchfloor.noc.intake.endpoint import Intake, mount
from watchfloor.platform.accounts.keys import KeyRing
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.tenancy.models import Tenant


@pytest.fixture(scope="module")
def keys(database: object) -> Iterator[KeyRing]:
    """Keys that hear sooner of what is polled for: how a site moves, not when, is looked at."""
    ring = KeyRing(poll_seconds=0.2)
    yield ring
    ring.stop()


async def django(scope: Any, receive: Any, send: Any) -> None:
    """Stands where Django's application stands behind the intake."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.fixture
def floor(keys: KeyRing) -> Callable[..., Any]:
    """Return a context with a sender of a tenant of its own, its requests answered for real."""

    @asynccontextmanager
    async def opened(
        tenant: Tenant | None = None, *scopes: str, bounds: Bounds = Bounds()
    ) -> AsyncIterator[Sender]:
        intake: Intake = mount(django, keys=keys)
        transport = httpx.ASGITransport(app=intake)
        async with httpx.AsyncClient(transport=transport, base_url="http://floor") as client:
            key = await key_for(tenant, scopes, bounds)
            yield Sender(client, intake, *key)
            await intake.stop()

    return opened
