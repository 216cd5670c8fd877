"""Requests whose bodies are larger than anything the floor takes: Django would store them first."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import msgspec

from watchfloor.noc.intake.answers import PROBLEM
from watchfloor.noc.intake.bodies import Receive
from watchfloor.noc.intake.endpoint import App, Scope, Send


class Bounded:
    """Refuses a body that says that it is over `most` bytes; hangs up on one that grows over it."""

    def __init__(self, app: App, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _declared(scope) > self._most:
            await self._refuse(send)
        else:
            await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        taken = 0

        async def counted() -> MutableMapping[str, Any]:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message if taken <= self._most else {"type": "http.disconnect"}

        return counted

    async def _refuse(self, send: Send) -> None:
        said = f"The body is over {self._most >> 20} MB."
        body = msgspec.json.encode({"code": "too_large", "message": said, "status": 413})
        headers = [(b"content-type", PROBLEM), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _declared(scope: Scope) -> int:
    length: bytes = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() and len(length) < 20 else 0
