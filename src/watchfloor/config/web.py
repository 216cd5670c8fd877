"""The web process: intake first, then sockets, then Django."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from django.conf import settings
from django.db import OperationalError, connections

from watchfloor.config.bodies import Bounded
from watchfloor.config.sockets import App, Receive, SameOrigin, Scope, Send
from watchfloor.noc.intake.endpoint import mount
from watchfloor.platform.accounts.keys import ring
from watchfloor.platform.live.routing import websocket_urlpatterns
from watchfloor.platform.tenancy import selfcheck

START_PATIENCE_SECONDS = 60.0
log = structlog.get_logger(__name__)


class Web:
    """Serves once the database is seen to keep the tenants apart, and not otherwise."""

    def __init__(self, http: App, sockets: App) -> None:
        self._http = http
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.wait_for(_guarded(), START_PATIENCE_SECONDS)
        except (selfcheck.Unguarded, TimeoutError) as error:
            message = str(error) or "the database is away"
            log.error("not serving", why=message)
            await send({"type": "lifespan.startup.failed", "message": message})
            return
        ring.start()
        await self._http(scope, receive, send)
        await asyncio.to_thread(ring.stop)


async def _guarded() -> None:
    """Wait for the database and check that it guards the tenants."""
    while True:
        try:
            await sync_to_async(_check)()
        except OperationalError:
            await asyncio.sleep(0.5)
        else:
            return


def _check() -> None:
    try:
        selfcheck.refuse_unguarded()
    finally:
        connections.close_all()


def build(django_application: Any) -> Web:
    bounded = Bounded(django_application, settings.EVIDENCE_MOST_BYTES + 2**20)
    return Web(mount(bounded), SameOrigin(URLRouter(websocket_urlpatterns)))
