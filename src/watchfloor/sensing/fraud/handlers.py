"""Answers to events: what detectors say of people becomes suspicions and cases."""

from __future__ import annotations

import msgspec

from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.sensing.fraud import suspecting
from watchfloor.sensing.reactive.events import SUSPECTED, Suspected


@subscribe(SUSPECTED)
def keep_suspicions(event: Event) -> None:
    """Running again changes nothing: each is known by its alert and when that was raised."""
    told = msgspec.convert(event.payload["suspicions"], list[Suspected])
    suspecting.keep(told, now=event.at)
