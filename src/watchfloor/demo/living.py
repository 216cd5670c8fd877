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
from watchfloor.demo.company.seasons import DAY, MINUTE
from watchfloor.demo.company.standing import part
from watchfloor.demo.company.work.rota import shift_begun
from watchfloor.demo.filling import record_past
from watchfloor.demo.floor import Floor
from watchfloor.demo.following import Following
from watchfloor.demo.generator import Alarm
from watchfloor.demo.story import Clock, Tell
from watchfloor.demo.world import World

BEAT: Seconds = 1.0
LOOK_EVERY: Seconds = 3.0
EARLIER: Seconds = 70 * MINUTE
"""Before a shift: when its people begin to come."""
LONGEST_GAP: Seconds = 7 * DAY
"""What was longer ago is not caught up with."""
SELF_SPOKEN = frozenset({"panel", "access", "vms"})
SEEN_IN_BEATS = frozenset({"VIDEO_LOSS", "DEVICE_OFFLINE", "AREA_NOT_ARMED"})


@dataclass
class Living:
    """`pace`: how many times more often than in life something goes wrong, or somebody cheats."""

    floor: Floor
    world: World
    clock: Clock
    tell: Tell
    pace: float

    def go_on(self, until: Callable[[Seconds], bool], *, known: Seconds | None = None) -> Company:
        """Catch up with what lies between what is known and now, and go on until told to end, or
        interrupted.

        `known`: when the last check-in or check-out was that the floor knows of.
        """
        now = self.clock()
        company = begun(self.world, now, known, self.pace)
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
        record_past(self.floor, past)
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


def begun(world: World, now: Seconds, known: Seconds | None, pace: float) -> Company:
    """Return a company at work since the shift that was on when a floor last heard of it.

    Begun again in the same shift it is the same company: what it tells again counts once.
    """
    since = shift_begun(now if known is None else min(now, max(known, now - LONGEST_GAP)))
    begins, measured_from = since - EARLIER, max(since, now - DAY)
    return run_company(
        world, int(begins), begins, desks=0, measured_from=measured_from, pace=pace, cheating=pace
    )


def _stream(told: Told) -> str:
    return told.stream


def _speaks_itself(told: Told) -> bool:
    body = told.body
    return body["source"] in SELF_SPOKEN and body["alert_type"] not in SEEN_IN_BEATS
