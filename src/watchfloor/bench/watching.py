"""Open pages, as sockets: somebody signs in, and each notes when it was told of what."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Protocol

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from watchfloor.aiops.types import Seconds
from watchfloor.bench.floors import BenchFloor, NotMeasured

SOCKETS_OF_A_USER = 10
OPENING_SECONDS = 10.0


class Witness(Protocol):
    """Who was told. `seen`: id of an alert to when it was first there (monotonic seconds)."""

    @property
    def seen(self) -> Mapping[str, Seconds]: ...


@dataclass
class Watcher:
    """One socket."""

    connection: ClientConnection
    seen: dict[str, Seconds] = field(default_factory=dict)
    resets: int = 0

    def listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            for text in self.connection:
                now = time.monotonic()
                message = json.loads(text)
                self.resets += message["type"] == "reset"
                for change in message.get("changes", ()):
                    if change["kind"] == "alert":
                        self.seen.setdefault(change["id"].replace("-", ""), now)


@dataclass(frozen=True)
class Told:
    """Delays in seconds from sending, over all witnesses; `missing` never came."""

    delays: list[float]
    missing: int

    @classmethod
    def of(cls, asked: Mapping[str, Seconds], witnesses: Sequence[Witness]) -> Told:
        """Compare when each event was sent with when each witness was told of it."""
        delays = [
            one.seen[event] - sent
            for event, sent in asked.items()
            for one in witnesses
            if event in one.seen
        ]
        return cls(sorted(delays), len(asked) * len(witnesses) - len(delays))

    def share(self, share: float) -> float:
        """Return the delay that this share of the tellings stayed within."""
        if not self.delays:
            return float("inf")
        return self.delays[min(int(len(self.delays) * share), len(self.delays) - 1)]

    def text(self, share: float) -> str:
        return f"{self.share(share) * 1000:,.0f} ms"


@contextlib.contextmanager
def watchers(floor: BenchFloor, count: int) -> Iterator[list[Watcher]]:
    """Yield so many sockets that listen, of as many users as it takes."""
    users = -(-count // SOCKETS_OF_A_USER)
    cookies = [_cookie(floor) for _ in range(users)]
    with contextlib.ExitStack() as opened:
        found = [
            _opened(floor, cookies[number // SOCKETS_OF_A_USER], opened) for number in range(count)
        ]
        threads = [threading.Thread(target=one.listen, daemon=True) for one in found]
        for thread in threads:
            thread.start()
        yield found
    for thread in threads:
        thread.join(OPENING_SECONDS)


def _opened(floor: BenchFloor, cookie: str, opened: contextlib.ExitStack) -> Watcher:
    address = floor.url.replace("http", "ws", 1) + "/ws/live"
    headers = {"Cookie": cookie, "Origin": floor.url}
    connection = opened.enter_context(
        connect(address, additional_headers=headers, open_timeout=OPENING_SECONDS)
    )
    hello = json.loads(connection.recv(OPENING_SECONDS))
    if hello["type"] != "hello":
        raise NotMeasured(f"a socket was told {hello} instead of hello")
    return Watcher(connection)


def link_of_somebody(floor: BenchFloor, role: str = "operator") -> str:
    """Return the path of a sign-in link for somebody new."""
    mail = f"bench-{token_hex(4)}@example.com"
    return httpx.URL(floor.command("user", "create", mail, "--role", role)).path


def _cookie(floor: BenchFloor) -> str:
    """Return the cookie of somebody new who has signed in by one-time link."""
    with httpx.Client(base_url=floor.url) as browser:
        sign_in(browser, link_of_somebody(floor))
        return f"wf_session={browser.cookies['wf_session']}"


def sign_in(browser: httpx.Client, link: str) -> None:
    """Let the browser's person come in by the path of their one-time link."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(link).text)
    if found is None:
        raise NotMeasured("the sign-in page has no form")
    browser.post(link, data={"csrfmiddlewaretoken": found[1]})
    if "wf_session" not in browser.cookies:
        raise NotMeasured("the one-time link did not sign in")
