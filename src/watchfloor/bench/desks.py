"""Six desks at one list: random acts, many on one incident at the same moment.

In each round every desk acts once, on one of a few incidents, knowing the version of it that was
there before the round. Of the acts on one incident at most one may be applied; whoever is refused
must be told who was first, what they did and when. A claim has one holder.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx

from watchfloor.aiops.types import Seconds
from watchfloor.bench.floors import BenchFloor, Clock, NotMeasured, bench_floor
from watchfloor.bench.results import Row
from watchfloor.bench.sending import Connection, bearer
from watchfloor.bench.watching import sign_in

NAMES = ("Anna", "Bela", "Cleo", "Dana", "Emil", "Finn")
ACTS = 10_000
OPEN_AT_ONCE = 24
MOST_AT_A_TIME = 3
"""Incidents that a round is about: six desks on three or fewer."""
ROUND: Seconds = 1 / 15
"""A session may call a thousand times a minute."""
VERSIONED = ("acknowledge", "assign", "snooze", "resolve")
DRAWN = (*VERSIONED[:3], *VERSIONED, "claim", "claim", "claim")
OK, NO_CONTENT, CONFLICT = 200, 204, 409
AN_HOUR: Seconds = 3600.0


@dataclass
class Incident:
    """What desks know of it: its version and who has claimed it."""

    id: str
    version: int
    applied: int = 0
    holder: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class Answer:
    desk: str
    act: str
    incident: Incident
    status: int
    body: dict[str, Any]
    seconds: Seconds


@dataclass
class Found:
    """`unchanged`: an act that was there already, of the same person, or a claim that went on."""

    acts: int = 0
    doubles: int = 0
    applied: int = 0
    unchanged: int = 0
    applied_twice: int = 0
    claimed_twice: int = 0
    untold: int = 0
    miscounted: int = 0
    told_after: list[Seconds] = field(default_factory=list)

    def share(self, share: float) -> Seconds:
        ordered = sorted(self.told_after)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


@dataclass
class Desk:
    """Somebody at a page, as one kept-open connection with their session."""

    name: str
    user_id: str
    line: Connection
    headers: str

    def act(self, act: str, incident: Incident, said: Mapping[str, Any]) -> Answer:
        body = {**said, "version": incident.version} if act in VERSIONED else {}
        path = f"/api/v1/incidents/{incident.id}/{act}"
        asked = time.monotonic()
        status, text = self.line.post(path, json.dumps(body).encode(), self.headers)
        seconds = time.monotonic() - asked
        if status not in {OK, NO_CONTENT, CONFLICT}:
            raise NotMeasured(f"{act} was answered {status}: {text[:200]!r}")
        answered = json.loads(text) if text else {}
        return Answer(self.name, act, incident, status, answered, seconds)


def measure(clock: Clock, acts: int, seed: int) -> Found:
    with bench_floor() as floor:
        return measure_on(floor, clock, acts=acts, seed=seed)


def measure_on(floor: BenchFloor, clock: Clock, *, acts: int, seed: int) -> Found:
    rng, found = Random(seed), Found()  # noqa: S311  it chooses acts, no secrets
    key = floor.key(f"bench-desks-{seed}", "operate")
    with closing(Connection(floor.url)) as office, _desks(floor) as desks:
        known: list[Incident] = []
        with ThreadPoolExecutor(len(desks)) as pool:
            while found.acts < acts:
                began = time.monotonic()
                _keep_open(known, office, key)
                until = datetime.fromtimestamp(clock() + AN_HOUR, UTC).isoformat()
                _note(found, _round(pool, desks, known, rng, until))
                time.sleep(max(0.0, began + ROUND - time.monotonic()))
        found.miscounted = sum(_is_miscounted(floor, key, one) for one in known)
    return found


@contextmanager
def _desks(floor: BenchFloor) -> Iterator[list[Desk]]:
    with ExitStack() as opened:
        yield [_desk(floor, name, opened) for name in NAMES]


def _desk(floor: BenchFloor, name: str, opened: ExitStack) -> Desk:
    mail = f"{name.lower()}-{time.monotonic_ns()}@example.com"
    made = json.loads(floor.command("user", "create", mail, "--name", name, "--json"))
    with httpx.Client(base_url=floor.url) as browser:
        sign_in(browser, httpx.URL(made["link"]).path)
        token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/").text)
        if token is None:
            raise NotMeasured("the page has no CSRF token")
        cookies = "; ".join(f"{one}={value}" for one, value in browser.cookies.items())
    headers = f"Cookie: {cookies}\r\nX-CSRFToken: {token[1]}\r\n"
    line = opened.enter_context(closing(Connection(floor.url)))
    return Desk(name, made["id"], line, headers)


def _keep_open(known: list[Incident], office: Connection, key: str) -> None:
    """Open incidents in the place of those that were resolved."""
    while sum(not one.is_over for one in known) < OPEN_AT_ONCE:
        body = json.dumps({"title": f"Bench {len(known) + 1}", "severity": 4}).encode()
        status, text = office.post("/api/v1/incidents", body, bearer(key))
        if status != 201:
            raise NotMeasured(f"opening an incident was answered {status}: {text[:200]!r}")
        made = json.loads(text)
        known.append(Incident(made["id"], made["version"]))


def _round(
    pool: ThreadPoolExecutor,
    desks: Sequence[Desk],
    known: Sequence[Incident],
    rng: Random,
    until: str,
) -> list[Answer]:
    """Let all desks act at the same moment."""
    still_open = [one for one in known if not one.is_over]
    about = rng.sample(still_open, rng.randint(1, MOST_AT_A_TIME))
    together = threading.Barrier(len(desks))

    def act(desk: Desk, act: str, incident: Incident, said: Mapping[str, Any]) -> Answer:
        together.wait()
        return desk.act(act, incident, said)

    asked = []
    for desk in desks:
        incident, drawn = rng.choice(about), rng.choice(DRAWN)
        leaves = drawn == "claim" and incident.holder == desk.name
        said = {
            "assign": {"user_id": rng.choice(desks).user_id},
            "snooze": {"until": until},
            "resolve": {"resolution": "Nothing found."},
        }.get(drawn, {})
        asked.append(pool.submit(act, desk, "claim/leave" if leaves else drawn, incident, said))
    return [one.result() for one in asked]


def _note(found: Found, answers: Sequence[Answer]) -> None:
    by_incident: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_incident[answer.incident.id].append(answer)
    found.acts += len(answers)
    found.doubles += sum(len(group) > 1 for group in by_incident.values())
    for group in by_incident.values():
        _note_one(found, group[0].incident, group)


def _note_one(found: Found, incident: Incident, answers: Sequence[Answer]) -> None:
    """Count what became of the acts on one incident, and learn what it is like by now."""
    good = [one for one in answers if one.status != CONFLICT]
    acted = [one for one in good if one.act in VERSIONED]
    applied = [one for one in acted if one.body["version"] > incident.version]
    claimers = {one.desk for one in good if one.act == "claim"}
    left = any(one.act == "claim/leave" for one in good)
    found.applied_twice += max(0, len(applied) - 1)
    holders = claimers if left or not incident.holder else claimers | {incident.holder}
    found.claimed_twice += max(0, len(holders) - 1)
    found.applied += len(applied) + len(good) - len(acted)
    found.unchanged += len(acted) - len(applied)
    for refused in (one for one in answers if one.status == CONFLICT):
        found.told_after.append(refused.seconds)
        earlier = refused.body.get("earlier", {})
        found.untold += earlier.get("who") not in NAMES or not earlier.keys() >= {"what", "at"}
    incident.applied += len(applied)
    incident.version = max([incident.version, *(one.body["version"] for one in applied)])
    incident.is_over = any(one.act == "resolve" for one in applied)
    incident.holder = next(iter(claimers), "" if left else incident.holder)


def _is_miscounted(floor: BenchFloor, key: str, incident: Incident) -> bool:
    """Whether the floor has written down another number of acts than were answered as applied."""
    headers = {"Authorization": f"Bearer {key}"}
    where = f"{floor.url}/api/v1/incidents/{incident.id}"
    said = httpx.get(where, headers=headers, timeout=60).raise_for_status().json()
    done = [entry for entry in said["timeline"] if entry["kind"] != "opened"]
    return not len(done) == incident.applied == said["version"] - 1


def rows(found: Found) -> list[Row]:
    longest = max(found.told_after, default=0.0)
    return [
        Row("random acts of six desks", f"{found.acts:,}", "10,000"),
        Row("incidents that several acted on at the same moment", f"{found.doubles:,}"),
        Row("applied, already so, refused",
            f"{found.applied:,}, {found.unchanged:,}, {len(found.told_after):,}"),
        Row("applied twice", f"{found.applied_twice}", "0", "0", found.applied_twice == 0),
        Row("claimed by two at once", f"{found.claimed_twice}", "0", "0",
            found.claimed_twice == 0),
        Row("incidents whose timeline tells another number of acts", f"{found.miscounted}", "0",
            "0", found.miscounted == 0),
        Row("refused without who, what and when", f"{found.untold}", "0", "0", found.untold == 0),
        Row("the loser is told after, p99", _told(found.share(0.99)), "1 s", "300 ms",
            found.share(0.99) <= 1.0),
        Row("p50, at most", f"{_told(found.share(0.5))}, {_told(longest)}", "", "1 s"),
    ]  # fmt: skip


def _told(seconds: Seconds) -> str:
    return f"{seconds * 1000:,.0f} ms"
