"""What leaves the floor for who may not see persons: known names, numbers and addresses masked.

Rooms leave out what they know to be personal, field by field. This is the last door, for what
stands in free text: titles, messages, notes. It holds for pages, API, files of text and frames of
the live channel alike. Who may see persons everywhere passes it untouched.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, cast

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from watchfloor.aiops.privacy.names import Mask
from watchfloor.platform.accounts.capabilities import VIEW_PII
from watchfloor.platform.accounts.scope import NOTHING, Scope, Viewer

SECONDS_LATE = 5.0
"""So long may somebody new be unknown to what need not know at once."""
Provider = Callable[[Scope, float], Mask]
"""Gets where names may be seen, and how many seconds old what is known may be."""
_provider: list[Provider] = []


def use(provider: Provider) -> None:
    """Let the room that knows persons say what is to be masked."""
    _provider[:] = [provider]


def mask_for(viewer: Viewer) -> Mask | None:
    """Return what masks persons for the viewer, in whose tenant's scope we are; None: nothing.

    Who sees no persons anywhere is never shown somebody new.
    """
    if viewer.names_within.all_clients:
        return None
    [provider] = _provider
    return provider(viewer.names_within, SECONDS_LATE if viewer.may(VIEW_PII) else 0.0)


def mask_of_all(*, late: float = 0.0) -> Mask:
    """Return what masks everybody known to the tenant in scope, as it was so many seconds ago."""
    [provider] = _provider
    return provider(NOTHING, late)


def nameless(value: Any) -> Any:
    """Return a JSON value without persons, as it may stay for ever."""
    return mask_of_all(late=SECONDS_LATE).value(value)


class PrivacyMiddleware:
    """Masks answers of text, and refuses files that nobody has masked; within the tenant's scope.

    Pictures and clips are as they were taken, and called as `streaming.download` masks it. A zip is
    masked by who packs it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        viewer = getattr(request, "viewer", None)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if viewer is None or _PASSES.match(kind):
            return response
        mask = mask_for(viewer)
        if mask is None:
            return response
        work = _WORKS.get(kind)
        if work is None:
            raise PermissionDenied(f"{kind} is not for who may not see persons.")
        _apply(response, lambda text: work(mask, text))
        return response


def _markup(mask: Mask, text: str) -> str:
    return mask.markup(text)


def _json(mask: Mask, text: str) -> str:
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return mask.text(text)
    return msgspec.json.encode(mask.value(value)).decode()


def _text(mask: Mask, text: str) -> str:
    return mask.text(text)


_PASSES = re.compile(r"$|image/(?!svg)|video/|application/zip$")
_WORKS: dict[str, Callable[[Mask, str], str]] = {
    "text/html": _markup,
    "application/json": _json,
    "application/problem+json": _json,
    "application/geo+json": _json,
    "application/x-ndjson": _text,
    "text/csv": _text,
    "text/plain": _text,
}


def _apply(response: HttpResponseBase, work: Callable[[str], str]) -> None:
    if response.streaming:
        stream = cast("StreamingHttpResponse", response)
        content: Any = stream.streaming_content
        stream.streaming_content = (
            _each_async(content, work) if stream.is_async else _each(content, work)
        )
        del response.headers["Content-Length"]
        return
    whole = cast("HttpResponse", response)
    whole.content = work(whole.content.decode()).encode()
    if whole.has_header("Content-Length"):
        whole.headers["Content-Length"] = str(len(whole.content))


class _Lines:
    """Takes pieces of text and gives whole lines: a name may be cut by the end of a piece."""

    def __init__(self, work: Callable[[str], str]) -> None:
        self._work = work
        self._rest = b""

    def take(self, piece: bytes) -> bytes:
        whole, newline, self._rest = (self._rest + piece).rpartition(b"\n")
        return self._work((whole + newline).decode()).encode() if newline else b""

    def end(self) -> bytes:
        return self._work(self._rest.decode()).encode() if self._rest else b""


def _each(pieces: Iterator[bytes], work: Callable[[str], str]) -> Iterator[bytes]:
    lines = _Lines(work)
    for piece in pieces:
        yield lines.take(piece)
    yield lines.end()


async def _each_async(
    pieces: AsyncIterator[bytes], work: Callable[[str], str]
) -> AsyncIterator[bytes]:
    lines = _Lines(work)
    async for piece in pieces:
        yield lines.take(piece)
    yield lines.end()
