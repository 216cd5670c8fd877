"""The web process as its server sees it: one application for intake, sockets and pages."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.db import connections

import watchfloor.config.urls  # noqa: F401  as the process does before it serves
from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.config.bodies import Bounded
from watchfloor.config.sockets import is_own_page
from watchfloor.config.web import build

LIFESPAN = {"type": "lifespan"}


def http(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
    }


def socket(cookie: str = "", **headers: str) -> dict[str, Any]:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "websocket",
        "path": "/ws/live",
        "raw_path": b"/ws/live",
        "query_string": b"",
        "headers": [(b"host", b"localhost:8000"), (b"cookie", cookie.encode()), *pairs],
        "client": ("127.0.0.1", 1),
        "subprotocols": [],
    }


async def started(application: Any) -> tuple[ApplicationCommunicator, dict[str, Any]]:
    lifespan = ApplicationCommunicator(application, LIFESPAN)
    await lifespan.send_input({"type": "lifespan.startup"})
    return lifespan, await lifespan.receive_output(timeout=5)


def posted(length: int, *pieces: bytes) -> list[dict[str, Any]]:
    """Return what the application says to a body that declares `length` and comes in pieces."""

    async def run() -> list[dict[str, Any]]:
        async def answers(scope: Any, receive: Any, send: Any) -> None:
            while (message := await receive())["type"] == "http.request":
                await send({"type": "taken", "bytes": len(message["body"])})
                if not message["more_body"]:
                    return
            await send({"type": "hung up"})

        scope = http("/x") | {"headers": [(b"content-length", str(length).encode())]}
        asked = ApplicationCommunicator(Bounded(answers, most=10), scope)
        for place, piece in enumerate(pieces, start=1):
            more = place < len(pieces)
            await asked.send_input({"type": "http.request", "body": piece, "more_body": more})
        await asked.wait(timeout=5)
        return [asked.output_queue.get_nowait() for _ in range(asked.output_queue.qsize())]

    return asyncio.run(run())


def test_a_body_over_the_limit_is_refused_before_it_is_read():
    said = posted(11, b"12345678901")

    assert [one.get("status") for one in said] == [413, None]


def test_a_body_that_grows_over_the_limit_is_hung_up_on():
    assert posted(0, b"123456", b"789012") == [{"type": "taken", "bytes": 6}, {"type": "hung up"}]
    assert posted(10, b"1234567890") == [{"type": "taken", "bytes": 10}]


def test_it_starts_answers_and_stops():
    async def run() -> tuple[str, int, dict[str, str], str]:
        application = build(get_asgi_application())
        lifespan, ready = await started(application)
        asked = ApplicationCommunicator(application, http("/healthz"))
        await asked.send_input({"type": "http.request", "body": b"", "more_body": False})
        head = await asked.receive_output(timeout=5)
        body = await asked.receive_output(timeout=5)
        await asked.wait(timeout=5)
        await lifespan.send_input({"type": "lifespan.shutdown"})
        gone = await lifespan.receive_output(timeout=5)
        return ready["type"], head["status"], json.loads(body["body"]), gone["type"]

    assert asyncio.run(run()) == (
        "lifespan.startup.complete",
        200,
        {"status": "ok"},
        "lifespan.shutdown.complete",
    )


def test_it_does_not_serve_over_an_unguarded_table():
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE live_liveframe NO FORCE ROW LEVEL SECURITY")
        try:
            _, told = asyncio.run(started(build(get_asgi_application())))
        finally:
            cursor.execute("ALTER TABLE live_liveframe FORCE ROW LEVEL SECURITY")

    assert told["type"] == "lifespan.startup.failed"
    assert "live_liveframe" in told["message"]


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "http://localhost:9999"}, {}]
)
def test_a_foreign_page_gets_no_socket_even_with_a_session(headers):
    cookie = f"wf_session={signed_in(make_user(make_tenant())).cookies['wf_session'].value}"

    async def run() -> dict[str, Any]:
        asked = ApplicationCommunicator(build(get_asgi_application()), socket(cookie, **headers))
        await asked.send_input({"type": "websocket.connect"})
        return await asked.receive_output(timeout=5)

    assert asyncio.run(run()) == {"type": "websocket.close", "code": 4403}


def test_a_program_with_a_key_needs_no_origin_but_a_page_with_one_does():
    key = bearer(make_key(make_tenant(), "read"))["Authorization"]

    async def run(**headers: str) -> list[str]:
        asked = ApplicationCommunicator(build(get_asgi_application()), socket("", **headers))
        await asked.send_input({"type": "websocket.connect"})
        first = await asked.receive_output(timeout=5)
        if first["type"] == "websocket.close":
            return [first["type"]]
        second = await asked.receive_output(timeout=5)
        await asked.send_input({"type": "websocket.disconnect", "code": 1000})
        return [first["type"], json.loads(second.get("text", "{}")).get("type")]

    assert asyncio.run(run(authorization=key)) == ["websocket.accept", "hello"]
    assert asyncio.run(run(authorization=key, origin="https://evil.example")) == ["websocket.close"]


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        ("https://LOCALHOST", "localhost", True),
        ("http://localhost", "localhost:8000", False),
        ("http://evil.example", "evil.example", False),
        ("https://noc.example", "10.0.0.1:8000", True),
        ("null", "localhost", False),
        ("", "", False),
    ],
)
def test_a_page_is_ours_by_its_whole_address(settings, origin, host, own):
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://noc.example"]

    assert is_own_page(origin, host) is own
