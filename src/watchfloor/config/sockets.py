"""WebSockets are taken from our own pages and programs: no foreign page may ride on a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http.request import split_domain_port, validate_host

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
log = structlog.get_logger(__name__)


class SameOrigin:
    """Refuses a handshake whose Origin is absent or not the address that the page came from.

    A program that brings a key needs none: no page can send `Authorization` with a socket.

    Cookies do not know ports: allowing a host on any port would let in whatever else runs there.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = _header(scope, b"origin")
        is_program = not origin and bool(_header(scope, b"authorization"))
        if is_program or is_own_page(origin, _header(scope, b"host")):
            await self._app(scope, receive, send)
            return
        log.warning("socket refused", origin=origin, path=scope["path"])
        await receive()
        await send({"type": "websocket.close", "code": 4403})


def is_own_page(origin: str, host: str) -> bool:
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    domain, _ = split_domain_port(host)
    own_host = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
    return own_host and urlsplit(origin).netloc.lower() == host.lower()


def _header(scope: Scope, name: bytes) -> str:
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1") if found else ""
