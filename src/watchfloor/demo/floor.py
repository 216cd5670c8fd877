"""The floor as anybody sees it from outside: its HTTP, with a key for alarms and one to read."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import httpx
import msgspec

from watchfloor.aiops.types import Seconds
from watchfloor.demo.generator import Alarm
from watchfloor.demo.outline import OUTLINE
from watchfloor.demo.world import World

Row = dict[str, Any]
BATCH = 100
PAGE = 200
PENDING = "watchfloor_intake_pending "
GZIP_LEVEL = 1
PATIENCE: Seconds = 120.0
BUSY = (429, 502, 503, 504)


class Refused(Exception):
    """The floor said no: the key has ended, or what was sent cannot be used."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"the floor answered {answer.status_code}: {answer.text[:300]}")
        self.status = answer.status_code


class Away(Exception):
    """The floor does not answer, or is not done in time."""


class Floor:
    """`patience`: how long it may be away before we give up."""

    def __init__(
        self, url: str, *, ingest_key: str, admin_key: str, patience: Seconds = PATIENCE
    ) -> None:
        self.url = url
        self.patience = patience
        self._keys = {"ingest_key": ingest_key, "admin_key": admin_key}
        self._sender = _client(url, ingest_key)
        self._reader = _client(url, admin_key)

    def again(self) -> Floor:
        """Return another visit by the same keys, for another thread."""
        return Floor(self.url, **self._keys, patience=self.patience)

    def close(self) -> None:
        self._sender.close()
        self._reader.close()

    def import_world(self, world: World) -> None:
        body = json.dumps(world.as_inventory())
        self._said(self._reader, "POST", "/api/v1/inventory/import", content=body)
        outline = json.dumps({"name": "Waelburg", "geojson": OUTLINE})
        self._said(self._reader, "PUT", "/api/v1/outline", content=outline)

    def import_registers(self, registers: Mapping[str, Sequence[Row]]) -> None:
        for noun, rows in registers.items():
            body = msgspec.json.encode({"rows": rows})
            self._said(self._reader, "POST", f"/api/v1/{noun}/import", content=body)

    def tell(self, alarms: Iterable[Alarm]) -> list[str]:
        """Send the alarms in order. Returns the event ids of those accepted.

        What is not answered is sent again; ids of their own let the floor count it once.
        """
        events: list[str] = []
        for batch in _batches(list(alarms)):
            body = json.dumps([alarm.body for alarm in batch])
            said = self._said(self._sender, "POST", "/api/v1/alerts", content=body)
            events += [event["event_id"] for event in said["events"]]
        return events

    def happen(self, stream: str, events: Sequence[Row], *, is_history: bool = False) -> int:
        """Send events. Those of history are recorded, and no rule hears of them.

        Returns how many were accepted.
        """
        body = gzip.compress(b"\n".join(map(msgspec.json.encode, events)), GZIP_LEVEL)
        path = f"/api/v1/events/{stream}" + ("?history=true" if is_history else "")
        headers = {"Content-Encoding": "gzip"}
        said = self._said(self._sender, "POST", path, content=body, headers=headers)
        return int(said["accepted"])

    def pending(self) -> int:
        """Return how many reports and events are on disk and not worked yet."""
        lines = self._reader.get("/metrics").text.splitlines()
        return int(float(next(line.split()[1] for line in lines if line.startswith(PENDING))))

    def incidents(self, **filters: str) -> list[Row]:
        return list(self._all("/api/v1/incidents", filters))

    def incident(self, incident_id: str) -> Row:
        """Return the incident with up to 200 of its alerts, each with its reasons."""
        return self._said(self._reader, "GET", f"/api/v1/incidents/{incident_id}")

    def user_of(self, email: str) -> str | None:
        """Return the id of somebody who can sign in here."""
        users = self._all("/api/v1/users", {})
        return next((str(one["id"]) for one in users if one["email"] == email), None)

    def assign(self, incident_id: str, user_id: str) -> None:
        body = json.dumps({"user_id": user_id})
        self._said(self._reader, "POST", f"/api/v1/incidents/{incident_id}/assign", content=body)

    def alerts(self, **filters: str) -> list[Row]:
        return list(self._all("/api/v1/alerts", filters))

    def _all(self, path: str, filters: dict[str, str]) -> Iterator[Row]:
        asked = httpx.QueryParams({**filters, "limit": str(PAGE)})
        where: str | None = f"{path}?{asked}"
        while where:
            said = self._said(self._reader, "GET", where)
            yield from said["items"]
            where = said["next"]

    def _said(self, client: httpx.Client, method: str, path: str, **sent: Any) -> Row:
        """Return the answer. Raises: Refused, or Away when there is none for too long."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                answer = client.request(method, path, **sent)
            except httpx.TransportError as error:
                reason = str(error)
            else:
                if answer.is_success:
                    said: Row = answer.json()
                    return said
                if answer.status_code not in BUSY:
                    raise Refused(answer)
                reason = f"it answers {answer.status_code}"
            if time.monotonic() > deadline:
                raise Away(f"the floor at {self.url} is away: {reason}")
            time.sleep(0.5)


def _client(url: str, key: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return httpx.Client(base_url=url, headers=headers, timeout=30.0)


def _batches(alarms: Sequence[Alarm]) -> Iterator[Sequence[Alarm]]:
    for start in range(0, len(alarms), BATCH):
        yield alarms[start : start + BATCH]
