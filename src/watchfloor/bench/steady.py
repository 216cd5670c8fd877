"""A thousand reports a minute, each about another thing, so that each is a row of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from secrets import token_hex
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.bench import sending, streams
from watchfloor.bench.floors import BenchFloor, NotMeasured

A_MINUTE = 1000
TRY_AGAIN_AFTER: Seconds = 0.1
GIVE_UP_AFTER: Seconds = 60.0
ACCEPTED, BROKEN = 202, 500


def send_steadily(floor: BenchFloor, key: str, reports: int) -> dict[str, Seconds]:
    """Return the id of each alert to when its report was first sent (monotonic seconds).

    What is not answered is sent again, as a sender that means it does.
    """
    asked: dict[str, Seconds] = {}
    began, sender = time.monotonic(), _Sender(floor, key)
    with closing(sender):
        for number, body in enumerate(_bodies(reports)):
            time.sleep(max(0.0, began + number * 60 / A_MINUTE - time.monotonic()))
            sent = time.monotonic()
            asked[sender.send(body)] = sent
    return asked


def _bodies(reports: int) -> Iterator[bytes]:
    run = token_hex(4)  # a report of an earlier run would only be a repeat
    for number, report in enumerate(streams.made(reports, seed=5)):
        name = f"{run}-{number}"  # an id of its own: sent again, it gets the same answer
        report |= {"id": name, "entity_id": f"thing-{name}", "device": "", "status": "firing"}
        del report["timestamp"]
        yield json.dumps(report).encode()


class _Sender:
    """One connection, opened anew when the floor went away."""

    def __init__(self, floor: BenchFloor, key: str) -> None:
        self._url, self._headers = floor.url, sending.bearer(key)
        self._line: sending.Connection | None = None

    def send(self, body: bytes) -> str:
        """Return the id of the alert. Raises: NotMeasured where it is refused."""
        give_up = time.monotonic() + GIVE_UP_AFTER
        while time.monotonic() < give_up:
            try:
                self._line = self._line or sending.Connection(self._url)
                status, answer = self._line.post("/api/v1/alerts", body, self._headers)
            except OSError:
                self.close()
                time.sleep(TRY_AGAIN_AFTER)
                continue
            if status == ACCEPTED:
                return _event(answer)
            if status < BROKEN:
                raise NotMeasured(f"a report was answered {status}")
            time.sleep(TRY_AGAIN_AFTER)
        raise NotMeasured("the floor did not come back: a report is not answered")

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _event(answer: bytes) -> str:
    said: dict[str, Any] = json.loads(answer)
    [event] = said["events"]
    return str(event["event_id"]).replace("-", "")
