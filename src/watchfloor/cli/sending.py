"""Send what was recorded through the floor's HTTP, in order and at a pace, until it is answered."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import httpx

from watchfloor.aiops.types import Seconds
from watchfloor.cli.progress import Bar, bar
from watchfloor.cli.recorded import Sendable
from watchfloor.embedded.errors import FloorError, Misuse

BATCH = 100
PATIENCE: Seconds = 120.0
"""How long a floor that answers 503 is tried again before the replay gives up."""
_TIMEOUT = httpx.Timeout(30.0)


@dataclass(slots=True)
class Sent:
    """What the floor answered."""

    accepted: int = 0
    rejected: int = 0
    retried: int = 0
    first_error: str = ""


def stream(
    url: str, keys: Mapping[str, str], items: Mapping[str, Sequence[Sendable]], pace: float | None
) -> Sent:
    """Send each tenant's items with its key, tenants side by side, each in its own order."""
    total = Sent()
    start = min((batch[0].arrived_at for batch in items.values() if batch), default=0.0)
    began, stop = time.monotonic(), Event()
    with bar(sum(map(len, items.values())), "sending") as shown, ThreadPoolExecutor(8) as pool:
        sending = [
            pool.submit(_send_all, url, keys[name], part, _Pace(pace, start, began), shown, stop)
            for name, part in items.items()
        ]
        try:
            parts = [future.result() for future in sending]
        finally:
            stop.set()
    for part in parts:
        total.accepted += part.accepted
        total.rejected += part.rejected
        total.retried += part.retried
        total.first_error = total.first_error or part.first_error
    return total


@dataclass(frozen=True, slots=True)
class _Pace:
    """Real time times `speed` since the stream's start; None: as fast as it goes."""

    speed: float | None
    start: Seconds
    began: float

    def wait_for(self, at: Seconds, stop: Event) -> None:
        if self.speed is not None:
            stop.wait(max(self.began + (at - self.start) / self.speed - time.monotonic(), 0))

    def batches(self, items: Sequence[Sendable]) -> Iterator[list[Sendable]]:
        """At a pace, what falls into one tenth of a second goes together, through one door."""
        if self.speed is None:
            yield from _parcels(items)
            return
        tenth = self.speed / 10
        for _, together in itertools.groupby(items, lambda item: item.arrived_at // tenth):
            yield from _parcels(list(together))


def _parcels(items: Iterable[Sendable]) -> Iterator[list[Sendable]]:
    for _, together in itertools.groupby(items, lambda item: item.door):
        while parcel := list(itertools.islice(together, BATCH)):
            yield parcel


def _send_all(
    url: str, key: str, items: Sequence[Sendable], pace: _Pace, shown: Bar, stop: Event
) -> Sent:
    sent = Sent()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT) as client:
        for batch in pace.batches(items):
            pace.wait_for(batch[0].arrived_at, stop)
            if stop.is_set():
                break
            _send(client, batch[0].door, f"[{','.join(one.content for one in batch)}]", sent)
            shown.advance(len(batch))
    return sent


def _send(client: httpx.Client, door: str, body: str, sent: Sent) -> None:
    """Send one body until it is answered. What has ids counts once, however often it is sent."""
    deadline = time.monotonic() + PATIENCE
    while True:
        wait = 1.0
        try:
            answer = client.post(door, content=body)
            if answer.status_code != 503:
                break
            wait = float(answer.headers.get("Retry-After", wait))
        except httpx.TransportError as error:
            if time.monotonic() > deadline:
                raise FloorError(f"the floor at {client.base_url} is away: {error}") from None
        if time.monotonic() > deadline:
            raise FloorError("the floor answers 503 for two minutes; see `watchfloor doctor`")
        sent.retried += 1
        time.sleep(wait)
    if answer.status_code not in (202, 400):
        raise Misuse(f"the floor answered {answer.status_code}: {answer.text[:200]}")
    _count(answer.json(), sent)


def _count(told: dict[str, object], sent: Sent) -> None:
    accepted, rejected = told.get("accepted", 0), told.get("rejected", [])
    if isinstance(accepted, int):
        sent.accepted += accepted
    if isinstance(rejected, list) and rejected:
        sent.rejected += len(rejected)
        sent.first_error = sent.first_error or json.dumps(rejected[0])
