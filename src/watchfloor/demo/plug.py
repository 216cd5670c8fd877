"""Pull the plug: kill database and worker under load, and count what is there afterwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from watchfloor.aiops.types import Seconds
from watchfloor.demo.floor import Floor
from watchfloor.demo.generator import Alarm, Generator
from watchfloor.demo.script import lit
from watchfloor.demo.story import Clock
from watchfloor.demo.world import World

SENDERS = 4
PER_BODY = 10
PAUSE: Seconds = 0.05
"""Between bodies of a sender: about 500 alarms a second in all."""
LOAD: Seconds = 6.0
PULLED_AFTER: Seconds = 2.0
COUNTED_WITHIN: Seconds = 60.0


@dataclass
class Outcome:
    """`silent`: the longest that a sender waited for an answer, in seconds."""

    accepted: int
    stored: int
    silent: Seconds

    @property
    def is_whole(self) -> bool:
        return self.accepted == self.stored > 0


@dataclass
class _Sender:
    floor: Floor
    alarms: list[Alarm]
    events: set[str] = field(default_factory=set)
    silent: Seconds = 0.0

    def work(self) -> None:
        ends = time.monotonic() + LOAD
        while self.alarms and time.monotonic() < ends:
            body, self.alarms = self.alarms[:PER_BODY], self.alarms[PER_BODY:]
            asked = time.monotonic()
            self.events.update(self.floor.tell(body))
            self.silent = max(self.silent, time.monotonic() - asked)
            time.sleep(PAUSE)


def pull(
    open_floor: Callable[[], Floor], world: World, seed: int, clock: Clock, kill: Callable[[], None]
) -> Outcome:
    """Send from four sides, `kill` after two seconds, and compare what was accepted with what the
    floor holds."""
    source = f"plug-{seed}"
    senders = [
        _Sender(open_floor(), _alarms(world, seed * SENDERS + number, source, clock()))
        for number in range(SENDERS)
    ]
    threads = [threading.Thread(target=sender.work) for sender in senders]
    for thread in threads:
        thread.start()
    time.sleep(PULLED_AFTER)
    kill()
    for thread in threads:
        thread.join()
    accepted = sum(len(sender.events) for sender in senders)
    stored = _stored(senders[0].floor, source, accepted)
    for sender in senders:
        sender.floor.close()
    return Outcome(accepted, stored, round(max(sender.silent for sender in senders), 1))


def _alarms(world: World, seed: int, source: str, at: Seconds) -> list[Alarm]:
    """Return enough of one talkative camera for a sender to be busy."""
    make = Generator(world, seed, source)
    sites = lit(world)
    return list(make.chatter(sites[seed % len(sites)], at - 600, at, every=0.5))


def _stored(floor: Floor, source: str, wanted: int) -> int:
    """Return how many reports the floor's alerts have counted, once all is grouped."""
    deadline = time.monotonic() + COUNTED_WITHIN
    while True:
        stored = sum(int(alert["occurrence_count"]) for alert in floor.alerts(source=source))
        if stored >= wanted or time.monotonic() > deadline:
            return stored
        time.sleep(0.5)
