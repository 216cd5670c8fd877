"""Senders that post at once and remember what was accepted, and whether all of it was kept."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from tests.integration.floor import Database

Alerts = list[dict[str, Any]]
TYPES = ("DEVICE_OFFLINE", "DOOR_FORCED", "POWER_LOSS", "TOUR_OVERDUE", "SYNC_DEGRADED")
SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")


def some_alerts(dice: random.Random, prefix: str) -> Alerts:
    """Return up to 40 firing alerts of one estate, each with an id that nobody else uses."""
    alerts = []
    for number in range(dice.randrange(1, 40)):
        site = f"S{dice.randrange(12)}"
        alert = {
            "id": f"{prefix}-{number}",
            "alert_type": dice.choice(TYPES),
            "severity": dice.choice(SEVERITIES),
            "site": site,
            "device": f"{site}-dev-{dice.randrange(8)}",
            "message": f"reading {number % 13}",
        }
        if dice.random() < 0.01:
            alert |= {"alert_type": "PANIC", "person": f"{prefix}-{number}"}
        alerts.append(alert)
    return alerts


class Sender(threading.Thread):
    """Posts until it is told to stop; one that is stubborn repeats a body until it is accepted.

    `accepted` are the event ids of what was answered 202, and `ids` its own; `answers` counts the
    statuses (0 where there was none), `without_time` the 503 that did not say when to come again.
    """

    def __init__(self, url: str, key: str, *, seed: str, is_stubborn: bool, pause: float) -> None:
        super().__init__(name=f"sender {seed}")
        self.accepted: list[str] = []
        self.ids: list[str] = []
        self.answers: Counter[int] = Counter()
        self.without_time = 0
        self._url, self._key, self._seed = url, key, seed
        self._is_stubborn, self._pause = is_stubborn, pause
        self._stop_asked = threading.Event()

    def run(self) -> None:
        dice = random.Random(self._seed)  # noqa: S311  a repeatable load, not a secret
        number = 0
        with httpx.Client(headers={"Authorization": f"Bearer {self._key}"}, timeout=20) as client:
            while not self._stop_asked.is_set():
                body = some_alerts(dice, f"{self._seed}-{number}")
                while not self._posted(client, body):
                    if not self._is_stubborn or self._stop_asked.wait(0.2):
                        break
                number += 1
                self._stop_asked.wait(dice.uniform(0, 2 * self._pause))

    def _posted(self, client: httpx.Client, body: Alerts) -> bool:
        try:
            answer = client.post(f"{self._url}/api/v1/alerts", json=body)
        except httpx.TransportError:
            self.answers[0] += 1
            return False
        self.answers[answer.status_code] += 1
        if answer.status_code == 202:
            self.accepted += [event["event_id"] for event in answer.json()["events"]]
            self.ids += [alert["id"] for alert in body]
            return True
        self.without_time += answer.status_code == 503 and "retry-after" not in answer.headers
        return False

    def stop(self) -> None:
        self._stop_asked.set()


@contextmanager
def senders(
    url: str, key: str, *, seed: object, count: int = 4, pause: float = 0.05
) -> Iterator[list[Sender]]:
    """Have some senders post at once; every other one is stubborn."""
    all_of_them = [
        Sender(url, key, seed=f"{seed}-{n}", is_stubborn=n % 2 == 0, pause=pause)
        for n in range(count)
    ]
    for sender in all_of_them:
        sender.start()
    try:
        yield all_of_them
    finally:
        for sender in all_of_them:
            sender.stop()
        for sender in all_of_them:
            sender.join()


def accepted(sent: list[Sender]) -> list[str]:
    return [event_id for sender in sent for event_id in sender.accepted]


def answers(sent: list[Sender]) -> Counter[int]:
    return sum((sender.answers for sender in sent), Counter())


def in_parallel(jobs: list[Callable[[], None]]) -> None:
    """Run the jobs at once, each in a thread of its own, and raise what any of them raised."""
    raised: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001  it is raised below, where it is seen
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


_OWN = """CREATE TEMP TABLE own AS SELECT * FROM alerts_report
    WHERE tenant_id = %(tenant)s AND NOT is_touch"""
FLAWS: Mapping[str, str] = {
    "waiting": "SELECT count(*) FROM intake_intakerecord WHERE tenant_id = %(tenant)s",
    "lost": """SELECT count(*) FROM unnest(%(accepted)s::uuid[]) AS told(id)
        WHERE id NOT IN (SELECT event_id FROM own)""",
    "twice by event id": """SELECT count(*) FROM (
        SELECT FROM own GROUP BY event_id HAVING count(*) > 1) AS twice""",
    "twice by the sender's id": """SELECT count(*) FROM (
        SELECT FROM own WHERE sender_id IS NOT NULL
        GROUP BY sender_id HAVING count(*) > 1) AS twice""",
    "in no alert": """SELECT count(*) FROM own WHERE alert_id NOT IN (
        SELECT id FROM alerts_nocalertevent WHERE tenant_id = %(tenant)s)""",
    "alerts with a wrong count": """SELECT count(*) FROM alerts_nocalertevent a
        LEFT JOIN (SELECT alert_id, count(*) FILTER (WHERE signal = 1) AS firing
            FROM own GROUP BY alert_id) AS r ON r.alert_id = a.id
        WHERE a.tenant_id = %(tenant)s AND a.occurrence_count IS DISTINCT FROM r.firing""",
    "in no cluster": """SELECT count(*) FROM own
        LEFT JOIN clustering_clustermembership m USING (alert_id, bout, cluster_id)
        WHERE m.id IS NULL""",
    "memberships with a wrong count": """SELECT count(*) FROM clustering_clustermembership m
        LEFT JOIN (SELECT alert_id, bout, count(*) AS reports
            FROM own GROUP BY alert_id, bout) AS r USING (alert_id, bout)
        WHERE m.tenant_id = %(tenant)s AND m.report_count IS DISTINCT FROM r.reports""",
    "clusters without their one incident": """SELECT count(*) FROM clustering_alertcluster c
        WHERE c.tenant_id = %(tenant)s AND 1 <>
            (SELECT count(*) FROM incidents_nocincident i WHERE i.cluster_id = c.id)""",
    "incidents with a wrong count": """SELECT count(*) FROM incidents_nocincident i
        LEFT JOIN (SELECT cluster_id, count(*) AS reports
            FROM own GROUP BY cluster_id) AS r USING (cluster_id)
        WHERE i.tenant_id = %(tenant)s AND i.report_count IS DISTINCT FROM r.reports""",
}


def flaws(database: Database, tenant_id: int, accepted: list[str]) -> dict[str, int]:
    """Return what is lost, doubled, miscounted or in no incident; nothing, where all is right."""
    values = {"tenant": tenant_id, "accepted": accepted}
    with database.connection() as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.execute(_OWN, {"tenant": tenant_id})
        found = {
            name: int((connection.execute(query.encode(), values).fetchone() or (0,))[0])
            for name, query in FLAWS.items()
        }
    return {name: count for name, count in found.items() if count}


def all_kept_within(
    seconds: float, database: Database, tenant_id: int, accepted: list[str]
) -> dict[str, int]:
    """Wait until nothing is amiss; return what still is when time is up."""
    deadline = time.monotonic() + seconds
    while found := flaws(database, tenant_id, accepted):
        if time.monotonic() > deadline:
            break
        time.sleep(0.3)
    return found
