"""From messages of a broker to the event doors of a floor; acknowledged once they are on disk."""

from __future__ import annotations

import json
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from typing import Any, NamedTuple

import httpx
import structlog

from watchfloor.aiops.operation.events import STREAMS
from watchfloor.aiops.types import Seconds
from watchfloor.cli.identities import KNOWN_BY_ID, said_by
from watchfloor.embedded.errors import FloorError

MOST = 500
"""Messages that are posted at once."""
LISTEN_SECONDS = 0.5
FIRST_WAIT: Seconds = 1.0
LONGEST_WAIT: Seconds = 30.0
REMEMBERED = 10_000
"""Messages whose coming is remembered: many times what a broker sends before it waits for us."""
_NOT_YET = frozenset({408, 425, 429})
_log = structlog.get_logger(__name__)


class Message(NamedTuple):
    """Events of one stream; `done` tells the broker that it may forget them."""

    stream: str
    events: list[Any]
    done: Callable[[], object]


class Unreadable(ValueError):
    """A message is none of ours; says why."""


def message_of(topic: str, payload: bytes, now: Seconds, done: Callable[[], object]) -> Message:
    """Return what a message tells: one event, or a list of them.

    The topic is `PREFIX/STREAM` or `PREFIX/STREAM/DEVICE`. An event that names no device is of the
    one in the topic, and one without a time happened now. Where the floor would not know it again
    without an id, what it says is its id. Raises: Unreadable.

    >>> message_of("site/heartbeats/cam-1", b'{"bat": 90}', 5.0, print).events
    [{'ts': 5.0, 'device': 'cam-1', 'bat': 90}]
    """
    _, stream, *rest = topic.split("/", 2)
    if stream not in STREAMS:
        raise Unreadable(f"there is no stream {stream!r}; send {', '.join(STREAMS)}")
    try:
        said = json.loads(payload)
    except ValueError:
        raise Unreadable("send a JSON object, or a list of them") from None
    events = said if isinstance(said, list) else [said]
    if not all(isinstance(event, dict) for event in events):
        raise Unreadable("send a JSON object, or a list of them")
    given = {"ts": now} | ({"device": rest[0]} if rest else {})
    return Message(stream, [_named(stream, given | event) for event in events], done)


def _named(stream: str, event: dict[str, Any]) -> dict[str, Any]:
    if stream not in KNOWN_BY_ID or event.get("id"):
        return event
    return event | {"id": said_by(event)}


class Comings:
    """When each of the latest messages came first: a broker sends again what it holds to be lost,
    under the number that it had."""

    def __init__(self) -> None:
        self._first: OrderedDict[tuple[int, bytes], Seconds] = OrderedDict()

    def first(
        self, number: int, topic: str, payload: bytes, now: Seconds, *, is_again: bool
    ) -> Seconds:
        """Return when a message came first; `is_again` is what the broker says of it."""
        told = blake2b(topic.encode() + b"\0" + payload, digest_size=16).digest()
        first = self._first.pop((number, told), now) if is_again else now
        self._first[number, told] = first
        if len(self._first) > REMEMBERED:
            self._first.popitem(last=False)
        return first


class Bridge:
    """Posts what it takes, in its order; what the floor does not answer is posted again."""

    def __init__(self, floor: str, key: str) -> None:
        self._floor = httpx.Client(
            base_url=floor, headers={"Authorization": f"Bearer {key}"}, timeout=30
        )
        self._waiting: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._broken = ""

    def take(self, topic: str, payload: bytes, now: Seconds, done: Callable[[], object]) -> None:
        """Put a message behind those that wait; drop one that nobody will ever read."""
        try:
            self._waiting.put(message_of(topic, payload, now, done))
        except Unreadable as why:
            _log.warning("mqtt.unreadable", topic=topic, why=str(why))
            done()

    def give_up(self, why: str) -> None:
        """End `run` with a sentence for the person at the terminal."""
        self._broken = why

    def run(self, stop: threading.Event) -> None:
        """Post until `stop`. Raises: FloorError if the floor, or the broker, refuses us."""
        while not stop.is_set():
            if self._broken:
                raise FloorError(self._broken)
            for stream, messages in _by_stream(self._heard()):
                self._post(stream, messages, stop)

    def _heard(self) -> list[Message]:
        heard: list[Message] = []
        with suppress(queue.Empty):
            heard.append(self._waiting.get(timeout=LISTEN_SECONDS))
            while len(heard) < MOST:
                heard.append(self._waiting.get_nowait())
        return heard

    def _post(self, stream: str, messages: list[Message], stop: threading.Event) -> None:
        events = [event for message in messages for event in message.events]
        wait = FIRST_WAIT
        while not self._is_taken(stream, events):
            _log.warning("mqtt.floor_away", again_after=wait)
            if stop.wait(wait):
                return
            wait = min(2 * wait, LONGEST_WAIT)
        for message in messages:
            message.done()

    def _is_taken(self, stream: str, events: list[Any]) -> bool:
        """Return whether the floor answered for these events. Raises: FloorError if it refuses."""
        try:
            answer = self._floor.post(f"/api/v1/events/{stream}", json=events)
        except httpx.TransportError:
            return False
        if answer.status_code >= 500 or answer.status_code in _NOT_YET:
            return False
        if answer.status_code in {401, 403}:
            raise FloorError("the floor does not know this key: make one that may send")
        if answer.is_error:
            _log.warning("mqtt.refused", stream=stream, answer=answer.text[:500])
        elif rejected := answer.json().get("rejected"):
            _log.warning("mqtt.rejected", stream=stream, events=rejected)
        return True


def _by_stream(messages: Iterable[Message]) -> Iterable[tuple[str, list[Message]]]:
    streams: dict[str, list[Message]] = {}
    for message in messages:
        streams.setdefault(message.stream, []).append(message)
    return streams.items()
