"""A request sees its tenant, for as long as its answer is written, and nobody else's."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from tests.make import make_integration, make_tenant
from watchfloor.platform.accounts.models import Integration
from watchfloor.platform.accounts.scope import EVERYTHING, Viewer
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import NoTenant, current_tenant_id
from watchfloor.platform.tenancy.middleware import TenantMiddleware
from watchfloor.platform.tenancy.models import Tenant


def request_of(tenant: Tenant | None) -> HttpRequest:
    request = HttpRequest()
    request.viewer = tenant and Viewer(Actor("user", "x"), tenant.pk, frozenset(), EVERYTHING)
    return request


def names() -> str:
    return ",".join(Integration.objects.values_list("name", flat=True))


def test_a_view_sees_its_tenant_and_nothing_stays_open():
    tenant = make_tenant()
    mine = make_integration(tenant)
    make_integration(make_tenant())

    answer = TenantMiddleware(lambda request: HttpResponse(names()))(request_of(tenant))

    assert answer.content.decode() == mine.name
    assert current_tenant_id() is None


def test_nobody_sees_nothing():
    with pytest.raises(NoTenant):
        TenantMiddleware(lambda request: HttpResponse(names()))(request_of(None))


def test_a_streamed_answer_keeps_its_tenant_whichever_thread_asks_for_the_next_piece():
    tenant = make_tenant()
    mine = make_integration(tenant)

    def pieces() -> Iterator[str]:
        for _ in range(3):
            yield names()

    middleware = TenantMiddleware(lambda request: StreamingHttpResponse(pieces()))
    stream = iter(middleware(request_of(tenant)).streaming_content)
    read: list[bytes] = []

    def read_one() -> None:
        read.append(next(stream))
        connections.close_all()

    for _ in range(3):
        thread = threading.Thread(target=read_one)
        thread.start()
        thread.join()

    assert read == [mine.name.encode()] * 3
    assert current_tenant_id() is None


def test_an_asynchronous_stream_keeps_its_tenant_too():
    tenant = make_tenant()

    async def pieces() -> AsyncIterator[str]:
        for _ in range(3):
            await asyncio.sleep(0)
            yield str(current_tenant_id())

    async def read() -> list[bytes]:
        middleware = TenantMiddleware(lambda request: StreamingHttpResponse(pieces()))
        answer = middleware(request_of(tenant))
        return [piece async for piece in answer.streaming_content]

    assert asyncio.run(read()) == [str(tenant.pk).encode()] * 3
