"""How the server runs requests, whatever the application."""

from __future__ import annotations

import asyncio
import socket
from contextvars import ContextVar
from typing import Any

import uvicorn

from watchfloor.cli.web import configured

REQUEST = b"GET /%d HTTP/1.1\r\nHost: floor\r\n\r\n"
AT_ONCE = 5
left_behind: ContextVar[str] = ContextVar("left_behind")


class Remembering:
    """Notes what each request finds in its context, and leaves something there."""

    def __init__(self) -> None:
        self.found: dict[str, str | None] = {}
        self.is_done = asyncio.Event()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.found[scope["path"]] = left_behind.get(None)
        left_behind.set(scope["path"])
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok", "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        if len(self.found) == AT_ONCE:
            self.is_done.set()


def test_requests_queued_on_one_connection_share_no_context() -> None:
    """Threads, and so connections to the database, belong to a context."""

    async def found() -> dict[str, str | None]:
        application = Remembering()
        with socket.create_server(("127.0.0.1", 0)) as listening:
            server = uvicorn.Server(configured(application))
            serving = asyncio.create_task(server.serve([listening]))
            _, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(b"".join(REQUEST % number for number in range(AT_ONCE)))
            await asyncio.wait_for(application.is_done.wait(), 10)
            writer.close()
            server.should_exit = True
            await serving
        return application.found

    assert asyncio.run(found()) == {f"/{number}": None for number in range(AT_ONCE)}
