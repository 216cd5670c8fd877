"""The process tree: database first, the parts above it, each started again when it falls.

Everything here runs in the main thread: the kernel ties a child's life to the thread that
started it.
"""

import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from watchfloor.embedded.children import spawn
from watchfloor.embedded.errors import FloorError
from watchfloor.embedded.external import ExternalGround
from watchfloor.embedded.ground import Ground
from watchfloor.embedded.logs import rotate

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
# A part that lived this long had started properly: its next fall begins with the first pause.
PROVEN_SECONDS = 30.0
GRACE = 4.0
ROTATE_SECONDS = 10.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the floor. A part that is `once` may end by itself."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    once: bool = False
    keep_open: tuple[int, ...] = ()


@dataclass
class Child:
    part: Part
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    falls: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = spawn(
                self.part.command,
                env=self.part.env,
                log=log,
                # What a part has not committed is done again: it need not say good-bye.
                death_signal=signal.SIGKILL,
                keep_open=self.part.keep_open,
            )
        self.started_at = time.monotonic()

    def look_after(self) -> None:
        """Note a fall and start again after a pause that doubles with each fall in a row."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            finished = self.part.once and self.process.returncode == 0
            self.process = None
            self.falls = 1 if now - self.started_at > PROVEN_SECONDS else self.falls + 1
            pause = min(FIRST_PAUSE * 2 ** (self.falls - 1), LONGEST_PAUSE)
            self.start_at = float("inf") if finished else now + pause
        if self.process is None and now >= self.start_at:
            self.start()

    def last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


class Supervisor:
    def __init__(self, ground: Ground | ExternalGround) -> None:
        self._ground = ground
        self._children: list[Child] = []
        self._asked_to_stop = 0
        self._rotated_at = 0.0
        self._hearing, self._told = socket.socketpair()
        for end in (self._hearing, self._told):
            end.setblocking(False)

    @property
    def stopping(self) -> bool:
        return self._asked_to_stop > 0

    def listen_to_signals(self) -> None:
        for number in (*STOP_SIGNALS, signal.SIGCHLD):
            signal.signal(number, self._on_signal)
        signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)

    def start_database(self) -> None:
        self._ground.start(given_up=lambda: self.stopping)

    def add(self, part: Part) -> None:
        child = Child(part, self._ground.home.logs / f"{part.name}.log")
        self._children.append(child)
        child.start()

    def wait_until(self, ready: Callable[[], bool], *, patience: float) -> bool:
        """Look after all until `ready`; False when asked to stop. FloorError when time is up."""
        deadline = time.monotonic() + patience
        while not self.stopping:
            if ready():
                return True
            if time.monotonic() > deadline:
                raise FloorError(self._what_keeps_falling())
            self._tend(pause=0.05)
        return False

    def watch(self) -> None:
        """Look after all until a signal asks to stop."""
        while not self.stopping:
            self._tend(pause=1.0)

    def stop(self) -> None:
        """Stop the parts together, then the database; what does not go in time is killed."""
        running = [c.process for c in self._children if c.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE
        while any(p.poll() is None for p in running) and time.monotonic() < deadline:
            if self._asked_to_stop > 1:
                break  # Ctrl-C twice: somebody is in a hurry
            self._sleep(0.1)
        for process in running:
            if process.poll() is None:
                process.kill()
            process.wait()
        self._ground.stop()

    def _tend(self, *, pause: float) -> None:
        self._ground.look_after(given_up=lambda: self.stopping)
        for child in self._children:
            child.look_after()
        if time.monotonic() - self._rotated_at > ROTATE_SECONDS:
            rotate(self._ground.home.logs)
            self._rotated_at = time.monotonic()
        self._sleep(pause)

    def _sleep(self, seconds: float) -> None:
        if select.select([self._hearing], [], [], seconds)[0]:
            self._hearing.recv(4096)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if number in STOP_SIGNALS:
            self._asked_to_stop += 1

    def _what_keeps_falling(self) -> str:
        worst = max(self._children, key=lambda child: child.falls)
        if worst.falls == 0:
            return f"the first page does not answer: see {self._ground.home.logs}"
        return f"{worst.part.name} does not start: {worst.last_words()} (see {worst.log})"
