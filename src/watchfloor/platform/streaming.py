"""Files as answers, piece by piece: Django reads a file response whole under ASGI, and warns."""

from __future__ import annotations

from typing import IO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from watchfloor.platform.privacy import mask_for

CHUNK = 256 * 1024
# What somebody sent is never a page of ours, whatever it looks like: no script, no origin.
SEALED = "default-src 'none'; sandbox; frame-ancestors 'none'"


def download(
    request: HttpRequest, file: IO[bytes], *, name: str, media_type: str
) -> StreamingHttpResponse:
    """Answer with an open file, which is closed behind it. To be saved, not to be looked at.

    Its name names nobody whom the viewer may not see.
    """
    mask = mask_for(request.viewer)  # type: ignore[attr-defined]
    name = name if mask is None else mask.text(name)
    chunks = (_AsyncChunks if isinstance(request, ASGIRequest) else _Chunks)(file)
    response = StreamingHttpResponse(chunks, content_type=media_type)
    response["Content-Length"] = str(_size(file))
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["Content-Security-Policy"] = SEALED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _size(file: IO[bytes]) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


class _Chunks:
    """The pieces of a file. Django closes what it was given, read to the end or not."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.close = file.close

    def __iter__(self) -> _Chunks:
        return self

    def __next__(self) -> bytes:
        if chunk := self._file.read(CHUNK):
            return chunk
        raise StopIteration


class _AsyncChunks:
    """The same, read in a thread: the server's loop does not wait for the disk."""

    def __init__(self, file: IO[bytes]) -> None:
        self._read = sync_to_async(file.read, thread_sensitive=False)
        self.close = file.close

    def __aiter__(self) -> _AsyncChunks:
        return self

    async def __anext__(self) -> bytes:
        if chunk := await self._read(CHUNK):
            return chunk
        raise StopAsyncIteration
