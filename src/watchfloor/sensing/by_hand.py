"""What people tell by hand: read as what senders tell is, and put where that waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from watchfloor.aiops.operation.dating import OLDEST
from watchfloor.aiops.operation.stored import EventError, read
from watchfloor.noc.intake import services as intake
from watchfloor.platform.errors import Invalid


def tell(stream: str, said: Mapping[str, object], *, at: datetime | None, now: datetime) -> str:
    """Tell what happened at a moment, or now; return the id of the event.

    What comes of it is there when the drain has worked it, a moment later. Raises: Invalid, with
    the cure by field, also for a moment that would not be believed.
    """
    if at is not None and not now - timedelta(seconds=OLDEST) <= at <= now:
        raise Invalid("This time cannot be.", fields={"at": "send one of the last seven days"})
    told = {"ts": (at or now).isoformat(), **said}
    try:
        event = read(stream, msgspec.json.encode(told))
    except EventError as error:
        name = error.fault.pointer.strip("/")
        cure = error.fault.message.removeprefix(f"{name}: ")
        raise Invalid("Some values cannot be used.", fields={name: cure}) from None
    return intake.tell(stream, event, now)
