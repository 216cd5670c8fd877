"""The one way out: every request to an address that a user named goes through here.

The name is looked up when connecting, its addresses are checked, and the connection goes to the
checked address itself, so that a name that changes its mind in between gains nothing. TLS and the
Host header keep the name. Redirects are not followed; proxies of the environment are not used.
`httpcore` is the engine of httpx: it is where the address can be pinned.
"""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

from watchfloor.platform import egress_addresses as addresses
from watchfloor.platform.egress_addresses import Network, Refused, Resolve, Target
from watchfloor.platform.errors import TransientFailure

SECONDS = 5.0
LARGEST_REQUEST = LARGEST_ANSWER = 256 * 1024
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is cut at 256 kB. Names of headers are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_url(url: str) -> Target:
    """Return where `url` leads without looking the name up; raise `Refused` with the cure."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("this is not a URL") from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _PORTS:
        raise Refused("use an https:// URL")
    if not host or not url.isascii() or any(character <= " " for character in url):
        raise Refused("name a host, in plain ASCII and without spaces")
    if parts.username is not None or parts.password is not None:
        raise Refused("credentials do not belong in a URL")
    addresses.check_host(host)
    return Target(host, port or _PORTS[parts.scheme], parts.scheme == "https")


def check_target(url: str) -> Target:
    """As `check_url`, and refuse what is already known to lead where the floor may not go.

    For whoever saves a target. Each request checks again, with the name's addresses of then.
    """
    target = check_url(url)
    addresses.check_without_lookup(target, allowed=_allowed_networks())
    return target


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    resolve: Resolve = addresses.resolve,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Send one request and return what came back, whatever its status.

    Raises `Refused` when the target may not be reached, `TransientFailure` when it cannot be now.
    """
    target = check_url(url)
    if len(body) > LARGEST_REQUEST:
        raise Refused(f"a message of {len(body)} bytes is too large")
    network = _Pinned(target, resolve, time.monotonic() + SECONDS)
    pool = httpcore.ConnectionPool(ssl_context=tls or _tls(), network_backend=network)
    all_headers = {"host": urlsplit(url).netloc, **(headers or {})}
    if body or method != "GET":
        all_headers["content-length"] = str(len(body))
    try:
        with (
            pool,
            pool.stream(
                method, _httpcore_url(url, target), headers=list(all_headers.items()), content=body
            ) as answer,
        ):
            return Answer(answer.status, _lowered(answer.headers), _read(answer.iter_stream()))
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise TransientFailure(f"{target.host}: {type(error).__name__} {error}".strip()) from error


class _Pinned(httpcore.SyncBackend):
    """Connects to checked addresses only, and ends all waiting at the deadline."""

    def __init__(self, target: Target, resolve: Resolve, deadline: float) -> None:
        self._target, self._resolve, self._deadline = target, resolve, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address in addresses.pinned(
            self._target, allowed=_allowed_networks(), resolve=self._resolve
        ):
            left = _left(self._deadline)
            try:
                stream = super().connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Timed(stream, self._deadline)
        raise failure or httpcore.ConnectError("no address")


class _Timed(httpcore.NetworkStream):
    """A stream of which every wait ends at the deadline: drips do not prolong it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout(f"no answer within {SECONDS:g} s")
    return left


def _read(chunks: Iterable[bytes]) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= LARGEST_ANSWER:
            break
    return body[:LARGEST_ANSWER]


def _httpcore_url(url: str, target: Target) -> httpcore.URL:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return httpcore.URL(
        scheme=parts.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=path.encode(),
    )


def _lowered(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _allowed_networks() -> Sequence[Network]:
    return _networks(tuple(settings.EGRESS_ALLOWED_NETWORKS))


@cache
def _networks(texts: tuple[str, ...]) -> Sequence[Network]:
    return [ipaddress.ip_network(text, strict=False) for text in texts]


@cache
def _tls() -> ssl.SSLContext:
    return httpcore.default_ssl_context()
