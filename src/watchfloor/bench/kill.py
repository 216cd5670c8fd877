"""kill -9 of parts of a floor, or all of it, at random moments under load: is anything lost?

Senders note which ids were accepted and send again what was not answered. In the end every accepted
id must be in the floor's reports exactly once, and the alerts must have counted exactly that many.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from shutil import rmtree

import httpx

from watchfloor.bench import floors, processes
from watchfloor.bench.floors import BenchFloor, NotMeasured
from watchfloor.bench.results import Row
from watchfloor.bench.sending import Connection, bearer

VICTIMS = ("web", "pipeline", "worker", "postgres", "everything")
SENDERS = 4
LARGEST_BODY = 20
ENTITIES = 25
PAUSE = 0.02
"""Between bodies of a sender: about 1,500 reports a second in all."""
BEFORE = (0.5, 2.5)
AFTER = 0.7
RESTART_SECONDS = 90.0
GROUPED_SECONDS = 30.0
SOURCE = "bench-kill"


@dataclass(frozen=True, slots=True)
class Moment:
    """`restart` and `grouped`: seconds from the kill to an answer, and from there to the last
    report grouped; the latter None if that took over 30 s."""

    victim: str
    accepted_before: int
    restart: float
    grouped: float | None


@dataclass
class History:
    """What the floor said it has on disk."""

    accepted: set[str] = field(default_factory=set)
    retried: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, ids: list[str]) -> None:
        with self._lock:
            self.accepted.update(ids)

    def note_retry(self) -> None:
        with self._lock:
            self.retried += 1


@dataclass(frozen=True)
class Verdict:
    moments: list[Moment]
    accepted: int
    retried: int
    lost: int
    doubled: int
    unknown: int
    """Stored, and never accepted."""
    counted: int
    """The sum of what the alerts counted."""
    fsync: str


class Load:
    """Senders that stop and go. While they are held, nothing they sent is unanswered."""

    def __init__(self, floor: BenchFloor, key: str, seed: int) -> None:
        self.history = History()
        self.floor = floor
        self._headers = bearer(key)
        self._go, self._end = threading.Event(), threading.Event()
        self._idle = [threading.Event() for _ in range(SENDERS)]
        self._threads = [
            threading.Thread(target=self._work, args=(number, Random(seed * 100 + number)))  # noqa: S311
            for number in range(SENDERS)
        ]
        for thread in self._threads:
            thread.start()

    def run(self) -> None:
        self._go.set()

    def hold(self) -> None:
        """Wait until all that was sent is answered."""
        self._go.clear()
        for idle in self._idle:
            if not idle.wait(RESTART_SECONDS):
                raise NotMeasured("the floor did not come back: senders are not answered")

    def stop(self) -> None:
        self._end.set()
        self._go.set()
        for thread in self._threads:
            thread.join(RESTART_SECONDS)

    def _work(self, number: int, rng: Random) -> None:
        while not self._end.is_set():
            if not self._go.is_set():
                self._idle[number].set()
                self._go.wait()
                self._idle[number].clear()
                continue
            ids = [f"{rng.getrandbits(64):016x}" for _ in range(rng.randint(1, LARGEST_BODY))]
            self._send(ids, rng)
            time.sleep(PAUSE)
        self._idle[number].set()

    def _send(self, ids: list[str], rng: Random) -> None:
        """Send until it is answered, as a sender that means it does."""
        body = json.dumps([_report(one, rng.randrange(ENTITIES)) for one in ids]).encode()
        while not self._end.is_set():
            with contextlib.suppress(OSError), contextlib.closing(self._line()) as line:
                status, _ = line.post("/api/v1/alerts", body, self._headers)
                if status == httpx.codes.ACCEPTED:
                    self.history.note(ids)
                    return
                if status < httpx.codes.INTERNAL_SERVER_ERROR:
                    raise NotMeasured(f"the floor answered {status}")
            self.history.note_retry()
            time.sleep(0.1)

    def _line(self) -> Connection:
        return Connection(self.floor.url)


def measure(moments: int, seed: int) -> Verdict:
    """Return what came of so many moments; the same seed chooses the same victims and pauses."""
    folder = Path(tempfile.mkdtemp(prefix="wf-bench-"))
    folder.chmod(0o711)  # root's database server runs as another account
    running = floors.start(folder / "home")
    try:
        floors.wait_for_parts(running)
        return measure_on(running, moments, seed)
    finally:
        floors.stop(running)
        rmtree(folder, ignore_errors=True)


def measure_on(running: BenchFloor, moments: int, seed: int) -> Verdict:
    """Measure on a floor that runs, has settled, and holds no reports of another measurement."""
    rng = Random(seed)  # noqa: S311 - it chooses moments, no secrets
    read = running.key("bench-read", "read")
    load = Load(running, running.key(SOURCE), seed)
    try:
        seen = [_moment(running, load, victim, rng) for victim in victims(moments, rng)]
    finally:
        load.stop()
    return _verdict(running, read, load.history, seen)


def victims(moments: int, rng: Random) -> list[str]:
    """Return who is killed when: in random order, and none much oftener than the others."""
    rounds = [rng.sample(VICTIMS, len(VICTIMS)) for _ in range(-(-moments // len(VICTIMS)))]
    return [victim for order in rounds for victim in order][:moments]


def _moment(running: BenchFloor, load: Load, victim: str, rng: Random) -> Moment:
    load.run()
    time.sleep(rng.uniform(*BEFORE))
    accepted = len(load.history.accepted)
    kill(running, victim)
    killed = time.monotonic()
    if victim == "everything":
        _start_again(running)
    time.sleep(AFTER)
    load.hold()
    back = _when_ready(running)
    return Moment(victim, accepted, back - killed, _when_grouped(running))


def kill(running: BenchFloor, victim: str) -> None:
    """End the part at once, without a word; all of the tree for "everything"."""
    is_all = victim == "everything"
    doomed = list(processes.tree(running.pid)) if is_all else _topmost(running, victim)
    for pid in doomed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if is_all:
        running.process.wait()


def _topmost(running: BenchFloor, part: str) -> list[int]:
    return processes.pids_of(running.pid, part)[:1]


def _start_again(running: BenchFloor) -> None:
    """Start the floor anew in its home, at its old address."""
    again = floors.start(running.home, port=int(running.url.rpartition(":")[2]))
    running.process, running.sign_in = again.process, again.sign_in


def _when_ready(running: BenchFloor) -> float:
    deadline = time.monotonic() + RESTART_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{running.url}/readyz", timeout=5).is_success:
                return time.monotonic()
        time.sleep(0.1)
    raise NotMeasured(f"the floor is not ready after {RESTART_SECONDS:.0f} s")


def _when_grouped(running: BenchFloor) -> float | None:
    began = time.monotonic()
    while (seconds := time.monotonic() - began) < GROUPED_SECONDS:
        with contextlib.suppress(httpx.TransportError, NotMeasured):
            if not running.pending():
                return seconds
        time.sleep(0.2)
    return None


def _verdict(running: BenchFloor, key: str, history: History, seen: list[Moment]) -> Verdict:
    stored = Counter(_stored_ids(running, key))
    accepted = history.accepted
    return Verdict(
        moments=seen,
        accepted=len(accepted),
        retried=history.retried,
        lost=len(accepted - stored.keys()),
        doubled=sum(count - 1 for count in stored.values()),
        unknown=len(stored.keys() - accepted),
        counted=_counted(running, key),
        fsync=_fsync(running),
    )


def _stored_ids(running: BenchFloor, key: str) -> Iterator[str]:
    """Yield the sender's id of each report that counts; a repeat is kept and counts nothing."""
    for report in floors.pages(running, key, f"/api/v1/reports?source={SOURCE}&limit=200"):
        if not report["is_touch"]:
            yield str(report["sender_id"])


def _counted(running: BenchFloor, key: str) -> int:
    alerts = floors.pages(running, key, f"/api/v1/alerts?source={SOURCE}&limit=200")
    return sum(alert["occurrence_count"] for alert in alerts)


def _fsync(running: BenchFloor) -> str:
    told = httpx.get(f"{running.url}/readyz", timeout=10)
    return "on" if told.is_success else f"not proven: {told.text[:200]}"


def _report(sender_id: str, entity: int) -> dict[str, str]:
    return {
        "id": sender_id,
        "source": SOURCE,
        "alert_type": "DEVICE_OFFLINE",
        "severity": "HIGH",
        "entity_type": "device",
        "entity_id": f"D{entity}",
        "message": "gone",
    }


def rows(found: Verdict) -> list[Row]:
    moments = found.moments
    by_victim = Counter(moment.victim for moment in moments)
    grouped = [moment.grouped for moment in moments if moment.grouped is not None]
    return [
        Row("moments", f"{len(moments)}", "20", "200", len(moments) >= 20),
        Row("killed", ", ".join(f"{name} {by_victim[name]}" for name in VICTIMS)),
        Row("reports accepted under way", f"{found.accepted:,}"),
        Row("requests sent again", f"{found.retried:,}"),
        Row("accepted and lost", f"{found.lost}", "0", "0", found.lost == 0),
        Row("stored twice", f"{found.doubled}", "0", "0", found.doubled == 0),
        Row("stored and never accepted", f"{found.unknown}", "0", "0", found.unknown == 0),
        Row(
            "counted by alerts beyond what was accepted",
            f"{found.counted - found.accepted}", "0", "0", found.counted == found.accepted,
        ),
        Row(
            "moments after which all was grouped within 30 s",
            f"{len(grouped)} of {len(moments)}", "all", "all", len(grouped) == len(moments),
        ),
        Row("longest from kill to ready", f"{max(m.restart for m in moments):.1f} s"),
        Row("longest from ready to grouped", f"{max(grouped, default=0.0):.1f} s"),
        Row("fsync, full_page_writes, synchronous_commit", found.fsync, "on", "on",
            found.fsync == "on"),
    ]  # fmt: skip
