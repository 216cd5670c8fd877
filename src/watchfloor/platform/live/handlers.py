"""Sockets look at their session at once when somebody's access changed."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from watchfloor.platform.accounts.events import ACCESS_CHANGED
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live.groups import sockets_of


@subscribe(ACCESS_CHANGED)
def check_sessions(event: Event) -> None:
    group = sockets_of(event.payload["user_id"])
    async_to_sync(get_channel_layer().group_send)(group, {"type": "session.check"})
