"""Lets the company go on in a floor in real time: what is done on the floor acts on it.

Everything that happens goes to the doors of its stream. Of alerts only those are sent that no rule
of a floor can raise from events: what panels, doors and cameras say themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.acts import Hands
from watchfloor.demo.company.company import Company, Told
from watchfloor.demo.company.running import run_company
from watchfloor.demo.company.seasons import MINUTE
from watchfloor.demo.company.standing import part
from watchfloor.demo.company.work.rota import shift_begun
from watchfloor.demo.floor import Floor
from watchfloor.demo.following import Following
from watchfloor.demo.generator import Alarm
from watchfloor.demo.story import Clock, Tell
from watchfloor.demo.world import World

BEAT: Seconds = 1.0
LOOK_EVERY: Seconds = 3.0
EARLIER: Seconds = 70 * MINUTE
"""Before the shift that is on by now: when its people begin to come."""
SELF_SPOKEN = frozenset({"panel", "access", "vms"})
SEEN_IN_BEATS = frozenset({"VIDEO_LOSS", "DEVICE_OFFLINE", "AREA_NOT_ARMED"})


@dataclass
class Living:
    """`pace`: how many times more often than in life something goes wrong."""

    floor: Floor
    world: World
    clock: Clock
    tell: Tell
    pace: float

    def go_on(self, until: Callable[[Seconds], bool]) -> Company:
        """Begin with the shift that is on, and go on until told to end. Returns the company."""
        now = self.clock()
        company = run_company(
            self.world, int(now), shift_begun(now) - EARLIER, desks=0, measured_from=now,
            pace=self.pace,
        )  # fmt: skip
        self._catch_up([one for one in company.advance(now) if one.stream != "alerts"], now)
        hands = Hands(company)
        following = Following(self.floor, hands, now, lambda _alert: True)
        looked_at = 0.0
        with suppress(KeyboardInterrupt):
            while not until(self.clock()):
                self._send(list(company.advance(self.clock())), hands)
                if time.monotonic() - looked_at >= LOOK_EVERY:
                    self._follow(following)
                    looked_at = time.monotonic()
                time.sleep(BEAT)
        return company

    def _catch_up(self, told: list[Told], now: Seconds) -> None:
        """Tell what is over as history, and what still stands as news."""
        past, standing = part(told, now)
        for stream, some in groupby(sorted(past, key=_stream), key=_stream):
            self.floor.happen(stream, [one.body for one in some], is_history=True)
        for stream, some in groupby(standing, key=_stream):
            self.floor.happen(stream, [one.body for one in some])

    def _send(self, told: list[Told], hands: Hands) -> None:
        """Send what happened in the order in which it did, a stream's neighbours together."""
        for stream, some in groupby(told, key=_stream):
            if stream != "alerts":
                self.floor.happen(stream, [one.body for one in some])
                continue
            alerts = list(some)
            for one in alerts:
                hands.notes(one.body)
            self.floor.tell([Alarm(one.at, "", one.body) for one in alerts if _speaks_itself(one)])

    def _follow(self, following: Following) -> None:
        for shown, entry in following.look():
            if entry is not None:
                self.tell(f"incident {shown['number']}: {entry['kind']} {entry['text']}".rstrip())


def _stream(told: Told) -> str:
    return told.stream


def _speaks_itself(told: Told) -> bool:
    body = told.body
    return body["source"] in SELF_SPOKEN and body["alert_type"] not in SEEN_IN_BEATS
