"""Copies, bursts, poison and disorder, from many senders at once: each counts as it should."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from tests.integration.estate import START
from tests.integration.floor import Floor
from tests.integration.senders import flaws, in_parallel
from tests.make import bearer, make_integration, make_key, make_tenant
from watchfloor.aiops.alerts.report import Report, encode
from watchfloor.cli.history import Item
from watchfloor.cli.offline import rehearse
from watchfloor.embedded.roles import INTAKE
from watchfloor.platform.ids import uuid7

POSTERS = 8
WINDOW = 600.0


def at_once(floor: Floor, key: str, bodies: Sequence[Sequence[dict[str, Any]]]) -> list[str]:
    """Post the bodies of each poster in turn, all posters in step; return the event ids told."""
    told: list[str] = []
    step = threading.Barrier(len(bodies))

    def post(mine: Sequence[dict[str, Any]]) -> None:
        with httpx.Client(headers=bearer(key), timeout=30) as client:
            for body in mine:
                step.wait(30)
                answer = client.post(f"{floor.url}/api/v1/alerts", json=body)
                assert answer.status_code == 202, answer.text
                told.extend(event["event_id"] for event in answer.json()["events"])

    in_parallel([partial(post, mine) for mine in bodies])
    return told


def counts(floor: Floor, tenant_id: int) -> list[int]:
    query = "SELECT occurrence_count FROM alerts_nocalertevent WHERE tenant_id = %(tenant)s"
    return [count for (count,) in floor.database.rows(query, tenant=tenant_id)]


@pytest.mark.parametrize(("ids_differ", "count"), [(True, 8), (False, 1)])
def test_eight_simultaneous_copies_count_by_their_ids(
    floor: Floor, ids_differ: bool, count: int
) -> None:
    tenant = make_tenant()
    bodies = [
        [
            {
                "id": f"{n}-{copy if ids_differ else 0}",
                "alert_type": "CAMERA_OFFLINE",
                "device": f"cam-{n}",
                "message": "no picture",
            }
            for n in range(40)
        ]
        for copy in range(8)
    ]

    told = at_once(floor, make_key(tenant), bodies)

    floor.work_off(tenant.id)
    assert counts(floor, tenant.id) == [count] * 40
    assert (len(told), len(set(told))) == (320, 40 * count)
    assert flaws(floor.database, tenant.id, told) == {}


def test_twenty_alike_without_an_id_in_one_body_are_twenty(floor: Floor) -> None:
    tenant = make_tenant()
    alike = {"alert_type": "DOOR_HELD", "site": "S1", "device": "door-1", "message": "open"}

    answer = floor.post(make_key(tenant), [alike] * 20)

    assert answer.json()["accepted"] == 20
    floor.work_off(tenant.id)
    assert counts(floor, tenant.id) == [20]
    told = [event["event_id"] for event in answer.json()["events"]]
    assert flaws(floor.database, tenant.id, told) == {}
    assert flaws(floor.database, tenant.id, [*told, str(uuid7())]) == {"lost": 1}, "a loss is seen"


def test_fifty_groups_in_a_burst_are_fifty_alerts_and_fifty_incidents(floor: Floor) -> None:
    tenant = make_tenant()
    burst = [
        {
            "alert_type": f"FAULT_{group}",
            "client": f"client {group}",
            "site": f"site {group}",
            "device": f"device {group}",
            "message": f"fault of its own kind, {group}",
        }
        for group in range(50)
        for _ in range(8)
    ]
    random.Random(5).shuffle(burst)  # noqa: S311  the same burst each time

    told = at_once(floor, make_key(tenant), [burst[n::POSTERS] for n in range(POSTERS)])

    floor.work_off(tenant.id)
    assert counts(floor, tenant.id) == [8] * 50
    for table in ("clustering_alertcluster", "incidents_nocincident"):
        query = f"SELECT count(*) FROM {table} WHERE tenant_id = %(tenant)s"  # noqa: S608
        assert floor.database.number(query, tenant=tenant.id) == 50
    assert flaws(floor.database, tenant.id, told) == {}


def damaged(report: Report) -> bytes:
    return encode(report)[:-3]


def unstorable(report: Report) -> bytes:
    return encode(msgspec.structs.replace(report, message="a \x00 that no column holds"))


@pytest.mark.parametrize("poison", [damaged, unstorable])
def test_one_poison_report_among_a_thousand_is_set_aside_alone(floor: Floor, poison: Any) -> None:
    tenant = make_tenant()
    integration = make_integration(tenant)
    key = make_key(tenant, "ingest", "admin", integration=integration)
    good = [{"id": f"g{n}", "alert_type": "POWER_LOSS", "device": f"d{n % 70}"} for n in range(999)]

    with floor.database.flow_held(tenant.id):
        first = floor.post(key, good[:600])
        as_the_intake_writes(floor, tenant.id, integration.number, poison)
        second = floor.post(key, good[600:])
    floor.work_off(tenant.id)

    assert (first.json()["accepted"], second.json()["accepted"]) == (600, 399)
    told = [e["event_id"] for answer in (first, second) for e in answer.json()["events"]]
    assert flaws(floor.database, tenant.id, told) == {"waiting": 1}
    kept = httpx.get(f"{floor.url}/api/v1/quarantine", headers=bearer(key))
    assert kept.status_code == 200
    [quarantined] = kept.json()["items"]
    assert quarantined["error"]


def as_the_intake_writes(floor: Floor, tenant_id: int, integration: int, poison: Any) -> None:
    """Leave a report that the pipeline cannot work, as a faulty version or disk would."""
    report = Report(
        event_id=uuid7().hex,
        integration=integration,
        received_at=1_767_571_200.0,
        alert_type="POWER_LOSS",
        message="poison",
    )
    with psycopg.connect(floor.database.address.dsn(INTAKE)) as intake:
        intake.execute(
            "INSERT INTO intake_intakerecord (event_id, tenant_id, lane, body, received_at)"
            " VALUES (%s::uuid, %s, 1, %s, now())",
            (report.event_id, tenant_id, poison(report)),
        )


def test_three_times_each_and_out_of_order_is_as_once_and_in_order(floor: Floor) -> None:
    tenant, items = make_tenant(), list(outages(16))
    dice = random.Random(3)  # noqa: S311  the same disorder each time
    copies = [(one.arrived_at + dice.uniform(0, WINDOW), one.body) for one in items * 3]
    shuffled = [body for _, body in sorted(copies, key=lambda copy: copy[0])]

    told = at_once(floor, make_key(tenant), [shuffled[n::POSTERS] for n in range(POSTERS)])

    floor.work_off(tenant.id)
    rehearsed = {line.alert_id: line.cluster_id for one in rehearse(items) for line in one.lines()}
    assert len(set(told)) == len(items)
    assert counts(floor, tenant.id) == [3] * (16 * 5)
    assert flaws(floor.database, tenant.id, told) == {}
    assert partition(live(floor, tenant.id)) == partition(rehearsed.items())


def outages(count: int) -> Iterator[Item]:
    """Yield what five devices say at one site after another, each three times, in order."""
    dice = random.Random(1)  # noqa: S311  the same night each time
    said = []
    for number in range(count):
        for device in range(5):
            began = START + number * 300 + dice.uniform(0, 20)
            for minute in range(3):
                site, at = f"site {number}", began + minute * 60
                kind = ("DEVICE_OFFLINE", "POWER_LOSS")[device % 2]
                body: dict[str, Any] = {
                    "id": f"{site}-{device}-{minute}",
                    "alert_type": kind,
                    "site": site,
                }
                said.append((at, {**body, "timestamp": at, "device": f"{site} dev-{device}"}))
    said.sort(key=lambda one: one[0])
    for line, (at, body) in enumerate(said, start=1):
        yield Item(body, at, "", line)


def live(floor: Floor, tenant_id: int) -> list[tuple[Any, ...]]:
    return floor.database.rows(
        "SELECT sender_id, cluster_id::text FROM alerts_report"
        " WHERE tenant_id = %(tenant)s AND NOT is_touch",
        tenant=tenant_id,
    )


def partition(clusters: Iterable[tuple[Any, ...]]) -> set[frozenset[str]]:
    members = defaultdict(set)
    for sender, cluster in clusters:
        members[cluster].add(sender)
    return {frozenset(group) for group in members.values()}
