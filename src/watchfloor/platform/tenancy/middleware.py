"""Opens the tenant's scope for a request, for as long as its body is written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, cast

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from watchfloor.platform.tenancy.context import tenant_scope


class TenantMiddleware:
    """Nobody signed in means no scope: tenant data then raises `NoTenant`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        viewer = getattr(request, "viewer", None)
        if viewer is None:
            return self._get_response(request)
        with tenant_scope(viewer.tenant_id):
            response = self._get_response(request)
        if response.streaming:
            _stream_in_scope(cast("StreamingHttpResponse", response), viewer.tenant_id)
        return response


def _stream_in_scope(response: StreamingHttpResponse, tenant_id: int) -> None:
    content: Any = response.streaming_content
    if response.is_async:
        response.streaming_content = _each_async(content, tenant_id)
    else:
        response.streaming_content = _each(content, tenant_id)


# A scope around the whole loop would be opened in one context and closed in another: the server
# may ask for each chunk from another thread.
def _each(chunks: Iterator[bytes], tenant_id: int) -> Iterator[bytes]:
    chunks = iter(chunks)
    while True:
        with tenant_scope(tenant_id):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


async def _each_async(chunks: AsyncIterator[bytes], tenant_id: int) -> AsyncIterator[bytes]:
    chunks = aiter(chunks)
    while True:
        with tenant_scope(tenant_id):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk
