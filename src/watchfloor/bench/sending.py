"""A sender that costs little: bodies made beforehand, plain sockets kept open, no library."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 60.0
CHUNK = 65_536


@dataclass(slots=True)
class Sent:
    """`latencies` in seconds, one for each request, in the order of each connection."""

    statuses: list[int] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def accepted(self) -> int:
        """Return how many reports the floor said it has on disk."""
        good = zip(self.statuses, self.answers, strict=True)
        return sum(json.loads(body)["accepted"] for status, body in good if status == 202)

    def latency(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


class Meter:
    """How much of a load has been answered, to be read from another thread."""

    def __init__(self) -> None:
        self.answered = 0
        self._lock = threading.Lock()

    def note(self) -> None:
        with self._lock:
            self.answered += 1


class Connection:
    """One kept-open HTTP/1.1 connection. Raises: OSError when the other side goes away."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._socket = self._opened()
        self._left = b""
        self._is_over = False

    def post(self, path: str, body: bytes, headers: str = "") -> tuple[int, bytes]:
        """Return status and body of the answer."""
        if self._is_over:
            self._socket.close()
            self._socket = self._opened()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._parts.netloc}\r\n"
            f"Content-Type: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)
        return self._answer()

    def close(self) -> None:
        self._socket.close()

    def _opened(self) -> socket.socket:
        where = (self._parts.hostname, self._parts.port or 80)
        opened = socket.create_connection(where, TIMEOUT)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def _answer(self) -> tuple[int, bytes]:
        head = self._until(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in map(_split, lines[1:])}
        self._is_over = fields.get("connection", "").lower() == "close"
        if fields.get("transfer-encoding") == "chunked":
            return int(lines[0].split()[1]), self._chunks()
        return int(lines[0].split()[1]), self._exactly(int(fields.get("content-length", 0)))

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self._until(b"\r\n"), 16):
            body += self._exactly(size)
            self._exactly(2)
        self._exactly(2)
        return body

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._left:
            self._receive()
        found, _, self._left = self._left.partition(mark)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._left) < size:
            self._receive()
        found, self._left = self._left[:size], self._left[size:]
        return found

    def _receive(self) -> None:
        received = self._socket.recv(CHUNK)
        if not received:
            raise ConnectionError("the floor closed the connection")
        self._left += received


def _split(line: str) -> tuple[str, str, str]:
    return line.partition(":")


def encoded(reports: Sequence[dict[str, Any]], *, per_body: int) -> list[bytes]:
    """Return bodies of so many reports each; one by one they are objects, not lists of one."""
    if per_body == 1:
        return [json.dumps(report).encode() for report in reports]
    return [
        json.dumps(reports[start : start + per_body]).encode()
        for start in range(0, len(reports), per_body)
    ]


def send(
    url: str,
    bodies: Sequence[bytes],
    *,
    connections: int,
    path: str = "/api/v1/alerts",
    headers: str = "",
    is_good: Callable[[int], bool] = lambda status: status == 202,
    meter: Meter | None = None,
) -> Sent:
    """Send all bodies over so many connections at once, as fast as they are answered.

    Raises: RuntimeError for the first answer that is not good.
    """
    began = time.perf_counter()

    def work(number: int) -> Sent:
        sent = Sent()
        with closing(Connection(url)) as line:
            for body in bodies[number::connections]:
                asked = time.perf_counter()
                status, answer = line.post(path, body, headers)
                sent.latencies.append(time.perf_counter() - asked)
                if not is_good(status):
                    raise RuntimeError(f"{url}{path} answered {status}: {answer[:200]!r}")
                sent.statuses.append(status)
                sent.answers.append(answer)
                if meter is not None:
                    meter.note()
        return sent

    with ThreadPoolExecutor(connections) as pool:
        parts = list(pool.map(work, range(connections)))
    total = Sent(seconds=time.perf_counter() - began)
    for part in parts:
        total.statuses += part.statuses
        total.answers += part.answers
        total.latencies += part.latencies
    return total


def bearer(key: str) -> str:
    return f"Authorization: Bearer {key}\r\n"
