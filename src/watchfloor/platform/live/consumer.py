"""The WebSocket of an open page or a program: what changed, within what its viewer may see.

Out: `hello`, `frame` (`seq`, `prev`, `changes`), `reset` (load the list again), `beat`, `pong`.
In: `ping`, and `here` each minute while somebody looks. `prev` is the `seq` this socket was told
last; a page that finds another one there comes back with `?since=`.
Closed with 4401: sign in; 4403: not yours to see; 4408: too slow; 4429: too much; 1013: later.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qs

import msgspec
import psycopg
import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import Error as DatabaseError
from django.utils import timezone

from watchfloor.platform.accounts import capabilities
from watchfloor.platform.accounts.scope import NOTHING, Viewer
from watchfloor.platform.errors import Unavailable
from watchfloor.platform.live.door import Caller, caller_in, mark_present, viewer_of
from watchfloor.platform.live.groups import sockets_of
from watchfloor.platform.live.hub import Change, Frame, Subscription, hub
from watchfloor.platform.live.throttle import Throttle
from watchfloor.platform.live.visibility import as_seen
from watchfloor.platform.privacy import mask_for
from watchfloor.platform.tenancy.context import tenant_scope

log = structlog.get_logger(__name__)

SIGN_IN, NOT_YOURS, TOO_SLOW, TOO_MUCH, TRY_LATER = 4401, 4403, 4408, 4429, 1013
TOO_BIG, NOT_TEXT = 1009, 1003
SOCKETS_OF_A_USER = 10
LARGEST_MESSAGE = 64 * 1024
MESSAGES_PER_SECOND = 20
LOOK_AGAIN_SECONDS = 30.0
LOOK_AGAIN_AT_KEY_SECONDS = 2.0  # a key is known to be revoked 2 s later, and ends within 5 s
LOOK_AGAIN_AFTER_ERROR = 2.0
BEAT_SECONDS = 20.0
SEND_SECONDS = 10.0
CHANGES_IN_A_MESSAGE = 300


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # untyped
    groups: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer: Viewer | None = None
        self.subscription: Subscription | None = None
        self.caller = Caller()
        self.told = 0
        self.passed = 0
        self.tasks: list[asyncio.Task[None]] = []
        self.throttle = Throttle(MESSAGES_PER_SECOND)

    async def connect(self) -> None:
        await self.accept()
        try:
            await self._admit()
        except (DatabaseError, psycopg.Error, Unavailable):
            await self._end(TRY_LATER)

    async def disconnect(self, code: int) -> None:
        for task in self.tasks:
            task.cancel()
        if self.subscription is not None:
            hub().unsubscribe(self.subscription)
            self.subscription = None
        if self.viewer is not None and self.channel_layer is not None:
            group = sockets_of(self.viewer.actor.id)
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None:
            await self._end(NOT_TEXT)
        elif len(text_data) > LARGEST_MESSAGE:
            await self._end(TOO_BIG)
        elif not self.throttle.admits(asyncio.get_running_loop().time()):
            await self._end(TOO_MUCH)
        else:
            await self._hear(text_data)

    async def session_check(self, message: dict[str, Any]) -> None:
        """Channel-layer message: a session of this user was ended or its roles changed."""
        await self._look_again()

    async def _admit(self) -> None:
        self.caller = caller_in(self.scope)
        viewer = await database_sync_to_async(viewer_of)(self.caller, timezone.now())
        if viewer is None:
            await self._end(SIGN_IN)
        elif not viewer.may(capabilities.VIEW):
            await self._end(NOT_YOURS)
        elif hub().sockets_of(viewer.actor.id) >= SOCKETS_OF_A_USER:
            await self._end(TOO_MUCH)
        else:
            self.viewer = viewer
            await self._begin(viewer)

    async def _begin(self, viewer: Viewer) -> None:
        self.subscription = hub().subscribe(viewer.tenant_id, viewer.actor.id)
        since = _since(self.scope)
        resumed = await hub().resume(viewer.tenant_id, since)
        begins_at = since if since is not None and resumed.is_whole else resumed.latest
        self.told = self.passed = begins_at
        await self._tell({"type": "hello" if resumed.is_whole else "reset", "seq": self.told})
        await self._tell_frames(resumed.frames)
        if self.channel_layer is not None:
            await self.channel_layer.group_add(sockets_of(viewer.actor.id), self.channel_name)
        for work in (self._pass_on(self.subscription), self._watch_session()):
            self.tasks.append(asyncio.get_running_loop().create_task(work))

    async def _pass_on(self, subscription: Subscription) -> None:
        """Send frames as they come, and a beat when none do."""
        try:
            while not subscription.is_lost:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(subscription.arrived.wait(), BEAT_SECONDS)
                if frames := subscription.take():
                    await self._tell_frames(frames)
                else:
                    await self._beat()
        except TimeoutError:
            log.info("live socket is stuck", user=subscription.user_id)
        except (DatabaseError, psycopg.Error, Unavailable):  # nobody knows whom to mask
            await self._end(TRY_LATER)
            return
        except (OSError, RuntimeError):  # the peer is gone; `disconnect` follows
            return
        await self._end(TOO_SLOW)

    async def _watch_session(self) -> None:
        usual = LOOK_AGAIN_AT_KEY_SECONDS if self.caller.is_program else LOOK_AGAIN_SECONDS
        pause = usual
        while True:
            await asyncio.sleep(pause)
            try:
                await self._look_again()
                pause = usual
            except (DatabaseError, Unavailable):  # no frame comes either while the database is away
                pause = LOOK_AGAIN_AFTER_ERROR

    async def _look_again(self) -> None:
        viewer = await database_sync_to_async(viewer_of)(self.caller, timezone.now())
        if viewer is None or not viewer.may(capabilities.VIEW):
            await self._end(SIGN_IN)
        else:
            self.viewer = viewer

    async def _hear(self, text: str) -> None:
        try:
            message = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError:
            await self._end(NOT_TEXT)
            return
        if message.get("type") == "ping":
            await self._tell({"type": "pong", "seq": self.told})
        elif message.get("type") == "here":
            with contextlib.suppress(DatabaseError):
                await database_sync_to_async(mark_present)(self.caller.cookie, timezone.now())

    async def _tell_frames(self, frames: Iterable[Frame]) -> None:
        for number, changes in _in_messages(f for f in frames if f.number > self.passed):
            scope = self.viewer.scope if self.viewer is not None else NOTHING
            visible = [told for change in changes if (told := as_seen(change, scope))]
            if visible and self.viewer and not self.viewer.names_within.all_clients:
                visible = await database_sync_to_async(_masked)(visible, self.viewer)
            if visible:
                await self._tell(
                    {"type": "frame", "seq": number, "prev": self.told, "changes": visible}
                )
                self.told = number
            self.passed = number

    async def _beat(self) -> None:
        """Say that all is well, and up to which frame nothing was missed."""
        await self._tell({"type": "beat", "seq": self.passed, "prev": self.told})
        self.told = self.passed

    async def _tell(self, message: dict[str, Any]) -> None:
        text = msgspec.json.encode(message).decode()
        await asyncio.wait_for(self.send(text_data=text), SEND_SECONDS)

    async def _end(self, code: int) -> None:
        """Close; the peer of a stuck connection is not waited for."""
        with contextlib.suppress(TimeoutError, RuntimeError):
            await asyncio.wait_for(self.close(code), SEND_SECONDS)


def _masked(changes: list[Change], viewer: Viewer) -> list[Change]:
    """Return the changes as the viewer may see them, by who is known now: a frame may be the first
    that names somebody."""
    with tenant_scope(viewer.tenant_id):
        mask = mask_for(viewer)
    masked: list[Change] = changes if mask is None else mask.value(changes)
    return masked


def _since(scope: dict[str, Any]) -> int | None:
    [text] = parse_qs(scope["query_string"].decode("latin-1")).get("since", [""])[:1]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _in_messages(frames: Iterable[Frame]) -> Iterator[tuple[int, list[Change]]]:
    """Join frames that wait together; of several changes of one thing only the last counts."""
    number, joined = 0, dict[tuple[str, str], Change]()
    for frame in frames:
        if joined and len(joined) + len(frame.changes) > CHANGES_IN_A_MESSAGE:
            yield number, list(joined.values())
            joined = {}
        for change in frame.changes:
            joined.pop((change["kind"], change["id"]), None)
            joined[change["kind"], change["id"]] = change
        number = frame.number
    if joined:
        yield number, list(joined.values())
