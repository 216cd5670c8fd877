"""kill -9 of anything, at any moment, under load: nothing is lost and nothing counts twice."""

from __future__ import annotations

import csv
import json
import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.homes import passable_folder, settled_home
from tests.integration.floor import PATIENCE, Supervised
from tests.integration.senders import accepted, all_kept_within, answers, senders
from tests.make import bearer
from tests.noc.integrations.receivers import Received, Receiver, webhook_receiver
from tests.processes import happens_within
from tests.soaking import IS_FULL
from watchfloor.embedded.roles import INTAKE

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1_800 if IS_FULL else 180)]

TARGETS = ("web", "pipeline", "worker", "postgres", "backend", "supervisor", "everything")
MOMENTS = 20 if IS_FULL else 4
MANY = 1_000 if IS_FULL else 80
SEED = int(os.environ.get("WATCHFLOOR_SEED") or random.SystemRandom().randrange(10**6))


@pytest.fixture(scope="module")
def floor() -> Iterator[Supervised]:
    with passable_folder() as folder:
        floor = Supervised(settled_home(folder / "home"))
        floor.start()
        try:
            yield floor
        finally:
            floor.stop()


@pytest.fixture(scope="module")
def key(floor: Supervised) -> str:
    scopes = "ingest,read,operate,admin"
    return floor.command("key", "create", "--name", "nemesis", "--scope", scopes).strip()


def test_what_is_told_to_be_on_disk_is_on_disk(floor: Supervised) -> None:
    dsn = floor.database.address.dsn(INTAKE)
    with psycopg.connect(dsn, autocommit=True) as intake:
        settings = ("fsync", "full_page_writes", "synchronous_commit")
        shown = {name: intake.execute(f"SHOW {name}".encode()).fetchall() for name in settings}

    assert shown == {name: [("on",)] for name in settings}


def test_kills_at_any_moment_lose_nothing_and_count_nothing_twice(
    floor: Supervised, key: str
) -> None:
    print(f"WATCHFLOOR_SEED={SEED}")
    dice = random.Random(SEED)  # noqa: S311  a repeatable nemesis, not a secret
    [(tenant_id,)] = floor.database.rows("SELECT id FROM tenancy_tenant WHERE slug = 'main'")
    acts = []
    with webhook_receiver() as receiver:
        _tell_critical_incidents(floor, key, receiver)
        with senders(floor.url, key, seed=SEED, count=3, pause=0.1) as sent:
            assert happens_within(lambda: bool(accepted(sent)), seconds=PATIENCE)
            for target in _targets(dice):
                time.sleep(dice.uniform(0.3, 1.5))
                print(f"kill -9 {target}, {answers(sent)} so far")
                _kill(floor, target, dice)
                acts.append(_acknowledge_one(floor, key, dice))
        told = accepted(sent)
        print(f"{len(told)} accepted, {answers(sent)}")

        assert all_kept_within(PATIENCE, floor.database, tenant_id, told) == {}
        assert set(answers(sent)) <= {0, 202, 503}, "an accepted report or a clear refusal"
        assert len(told) > 50 * MOMENTS
        assert happens_within(lambda: bool(receiver.got), seconds=PATIENCE)
        _check_each_is_told_by_one_id(floor, receiver.got)
    _check_export(floor, [one for sender in sent for one in sender.ids])
    _check_audit(floor, acts)


def test_an_act_on_many_goes_on_after_a_kill_and_is_done_to_none_twice(
    floor: Supervised, key: str
) -> None:
    dice = random.Random(SEED)  # noqa: S311  a repeatable nemesis, not a secret
    with httpx.Client(base_url=f"{floor.url}/api/v1", headers=bearer(key), timeout=20) as desk:
        opened = [desk.post("/incidents", json={"title": f"Rain {n}"}) for n in range(MANY)]
        ids = {answer.json()["id"] for answer in opened}
        items = [{"id": pk} for pk in ids]
        asked = {"token": str(uuid4()), "noun": "incidents", "act": "acknowledge", "items": items}
        killer = threading.Timer(dice.uniform(0.02, 0.4), floor.kill, ("web", dice))
        killer.start()
        told = _done_to_all(desk, asked)
        killer.join()

    rows = floor.database.rows(
        "SELECT object_id, count(*) FROM audit_auditrow"
        " WHERE action = 'incident.acknowledged' AND object_id = ANY(%(ids)s) GROUP BY object_id",
        ids=list(ids),
    )
    stored = {str(pk): number for pk, number in rows}
    assert told <= stored.keys()
    assert stored == dict.fromkeys(ids, 1)


def _done_to_all(desk: httpx.Client, asked: dict[str, object]) -> set[str]:
    """Send the same again until none waits; return what the floor said it had done."""
    told: set[str] = set()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            act = desk.post("/bulk-acts", json=asked).raise_for_status().json()
            while act["waiting"]:
                step = desk.post(f"/bulk-acts/{act['id']}/go-on")
                act = step.raise_for_status().json()
                told |= {one["id"] for one in act["items"] if one["state"] == "done"}
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return told
    raise AssertionError("the act did not come to its end")


def _targets(dice: random.Random) -> Sequence[str]:
    """Each in turn, in any order, before one comes again."""
    rounds = -(-MOMENTS // len(TARGETS))
    order = [name for _ in range(rounds) for name in dice.sample(TARGETS, len(TARGETS))]
    return order[:MOMENTS]


def _kill(floor: Supervised, target: str, dice: random.Random) -> None:
    if target == "everything":
        floor.kill_everything()
        floor.start()
    elif target == "supervisor":
        floor.kill_supervisor()
        floor.start()
    else:
        floor.kill(target, dice)
    assert happens_within(floor.is_ready, seconds=PATIENCE), floor.last_words()


def _tell_critical_incidents(floor: Supervised, key: str, receiver: Receiver) -> None:
    rule = {"severity": "CRITICAL", "channel": "webhook", "target": receiver.url}
    made = httpx.post(f"{floor.url}/api/v1/notification-rules", json=rule, headers=bearer(key))
    assert made.status_code == 201, made.text


def _check_each_is_told_by_one_id(floor: Supervised, got: list[Received]) -> None:
    """Each thing to tell has one id, of a row of ours: who gets it twice can know it."""
    rows = floor.database.rows(
        "SELECT id::text, incident_id::text, event FROM integrations_delivery"
    )
    assert len({(incident, event) for _, incident, event in rows}) == len(rows)
    known = {pk for pk, _, _ in rows}
    bodies = defaultdict(set)
    for message in got:
        assert message.headers["webhook-id"] == message.headers["idempotency-key"]
        bodies[message.headers["webhook-id"]].add(message.body)
    assert set(bodies) <= known
    assert all(len(versions) == 1 for versions in bodies.values()), "a repeat says the same"


def _check_export(floor: Supervised, ids: list[str]) -> None:
    """Each report that was accepted is one line of the file, with its cluster."""
    out = floor.home / "clusters.csv"
    floor.command("export", "clusters", "--out", str(out))
    with out.open() as file:
        clusters = [(row["alert_id"], row["cluster_id"]) for row in csv.DictReader(file)]
    lines = Counter(alert_id for alert_id, _ in clusters)
    assert {lines[one] for one in ids} == {1}
    assert all(cluster_id for _, cluster_id in clusters)


def _acknowledge_one(floor: Supervised, key: str, dice: random.Random) -> str | None:
    """Act as a person would; return the incident, or None where the floor did not answer 200."""
    url = f"{floor.url}/api/v1/incidents"
    with httpx.Client(headers=bearer(key), timeout=20) as person:
        try:
            listed = person.get(url)
            incidents = listed.json()["items"] if listed.status_code == 200 else []
            if not incidents:
                return None
            incident_id = str(dice.choice(incidents)["id"])
            answer = person.post(f"{url}/{incident_id}/acknowledge", json={})
        except httpx.TransportError:
            return None
    return incident_id if answer.status_code == 200 else None


def _check_audit(floor: Supervised, acts: list[str | None]) -> None:
    """The chain holds, and what was answered stands in it."""
    report = json.loads(floor.command("audit", "verify", "--tenant", "main", "--json"))["main"]
    assert report["is_intact"], report
    query = "SELECT object_id FROM audit_auditrow WHERE action = 'incident.acknowledged'"
    written = {object_id for (object_id,) in floor.database.rows(query)}
    assert {act for act in acts if act} <= written
    assert any(acts), "nobody could act at all"
