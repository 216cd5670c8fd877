"""Request bodies, within limits: size after decompression, time, memory of all together."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from typing import Any

from watchfloor.noc.intake.reads import Refused, malformed

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

BODY_LIMIT = 16 << 20
BODY_SECONDS = 30.0
FREE_BYTES = 64 << 10
"""Bodies up to this size pass however many large ones are being read."""
ALL_BODIES = 96 << 20
_STEP = 256 << 10
_WINDOWS = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}


class Gone(Exception):
    """The client went away before its body was complete; nobody waits for an answer."""


class Bodies:
    """Reads bodies; knows how many bytes of large ones are held at this moment."""

    def __init__(self, *, most: int = ALL_BODIES, seconds: float = BODY_SECONDS) -> None:
        self._most = most
        self._seconds = seconds
        self.held = 0

    async def read(
        self, receive: Receive, headers: Mapping[bytes, bytes], limit: int = BODY_LIMIT
    ) -> bytes:
        """Return the decompressed body. Raises: Refused, Gone."""
        if _declared(headers) > limit:
            raise too_large(limit)
        encoding = headers.get(b"content-encoding", b"").strip().lower()
        if encoding not in (b"", b"identity") and encoding not in _WINDOWS:
            raise Refused(415, "encoding", "send the body plain, or as gzip or deflate")
        try:
            async with asyncio.timeout(self._seconds):
                return await self._assemble(receive, encoding, limit)
        except TimeoutError:
            raise Refused(408, "too_slow", f"the body took over {self._seconds:g} s") from None

    async def _assemble(self, receive: Receive, encoding: bytes, limit: int) -> bytes:
        chunk, more = await _chunk(receive)
        if not more and not encoding and len(chunk) <= FREE_BYTES:
            return chunk
        unpack = Unpacker(_WINDOWS[encoding]) if encoding in _WINDOWS else None
        body = bytearray()
        held = 0
        try:
            while True:
                for piece in unpack.feed(chunk) if unpack else (chunk,):
                    body += piece
                    if len(body) > limit:
                        raise too_large(limit)
                    held = await self._hold(len(body), held)
                if not more:
                    break
                chunk, more = await _chunk(receive)
        finally:
            self.held -= held
        if unpack:
            unpack.finish()
        return bytes(body)

    async def _hold(self, size: int, held: int) -> int:
        """Return the bytes that this body counts for, after letting small ones pass."""
        if size <= FREE_BYTES:
            return 0
        if self.held - held + size > self._most:
            raise Refused(503, "busy", "too many large bodies at once", retry_after=1)
        self.held += size - held
        await asyncio.sleep(0)
        return size


def too_large(limit: int) -> Refused:
    return Refused(413, "too_large", f"the body is over {limit >> 10} kB: send it in parts")


def _declared(headers: Mapping[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"")
    return int(length) if length.isdigit() and len(length) < 20 else 0


async def _chunk(receive: Receive) -> tuple[bytes, bool]:
    """Return the next bytes and whether more follow. Raises: Gone."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Gone
    return message.get("body", b""), message.get("more_body", False)


class Unpacker:
    """Decompresses in small steps, so that a bomb is stopped at the limit and not after it."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._is_fresh = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        piece = b""
        while data or len(piece) == _STEP:  # a full step may have more behind it
            if self._stream.eof:
                if not data:
                    return
                self._stream = zlib.decompressobj(self._window)  # gzip may have several members
            piece = self._step(data)
            yield piece
            data = self._stream.unconsumed_tail or self._stream.unused_data

    def _step(self, data: bytes) -> bytes:
        try:
            piece = self._stream.decompress(data, _STEP)
        except zlib.error:
            if not self._is_fresh or self._window < 0 or self._window > 15:
                raise malformed("the compressed body is damaged") from None
            return self._step_raw(data)
        self._is_fresh = False
        return piece

    def _step_raw(self, data: bytes) -> bytes:
        """Some senders leave out the zlib header of `deflate`."""
        self._window = -15
        self._stream = zlib.decompressobj(self._window)
        return self._step(data)

    def finish(self) -> None:
        """Raises: Refused where the end of the stream is missing."""
        if not self._stream.eof:
            raise malformed("the compressed body ends early")
