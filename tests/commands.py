"""Commands of the program, each in a fork of a process that has set Django up already.

A fork is a process with an environment, an output and an end of its own, and costs a tenth of what
an interpreter does that imports Django first. What a command does before that is tested with
`in_new_process`: a floor's parts, and whatever the environment changes in the settings.
"""

from __future__ import annotations

import gc
import importlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import msgspec

from tests.homes import OURS, clean_environment
from watchfloor.cli.main import COMMANDS, HIDDEN, WITHOUT_DJANGO, main

PROGRAM = (sys.executable, "-m", "watchfloor.cli.main")
ROOT = Path(__file__).resolve().parent.parent
# The parts of a floor, and what is to start without Django.
NEW = HIDDEN | WITHOUT_DJANGO | {"bench"}
Done = subprocess.CompletedProcess[str]


def command(*arguments: str | Path, env: Mapping[str, str], seconds: int = 60) -> Done:
    """Run `watchfloor ARGUMENTS` to its end, as a script would."""
    words = [str(word) for word in arguments]
    named = words[0] if words else ""
    if named not in COMMANDS or named in NEW or any(name.startswith(OURS) for name in env):
        return in_new_process(*words, env=env, seconds=seconds)
    return _FORKS.run(words, env, seconds)


def in_new_process(*arguments: str | Path, env: Mapping[str, str], seconds: int = 60) -> Done:
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, text=True, env=env, timeout=seconds
    )


class Asked(msgspec.Struct):
    """A command to run: where its output goes, and after how many seconds it is ended."""

    words: list[str]
    env: dict[str, str]
    cwd: str
    out: str
    err: str
    seconds: int


@dataclass
class Forks:
    """The process that forks, started at the first command; it ends with its input."""

    _process: subprocess.Popen[str] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, words: list[str], env: Mapping[str, str], seconds: int) -> Done:
        with self._lock, tempfile.TemporaryDirectory(prefix="wf-command-") as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            asked = Asked(words, dict(env), str(Path.cwd()), str(out), str(err), seconds)
            status = self._ask(msgspec.json.encode(asked).decode())
            if status == -signal.SIGALRM:
                raise subprocess.TimeoutExpired(words, seconds, out.read_text(), err.read_text())
            return subprocess.CompletedProcess(words, status, out.read_text(), err.read_text())

    def stop(self) -> None:
        if self._process is not None:
            self._process.communicate(timeout=10)
            self._process = None

    def _ask(self, line: str) -> int:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.commands"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=clean_environment(),
                cwd=ROOT,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        status = self._process.stdout.readline()
        assert status, "the process that forks has fallen: its last words stand above"
        return int(status)


_FORKS = Forks()
stop = _FORKS.stop


def _serve() -> None:
    before = set(os.environ)
    for name in ("cli.lean", "cli.django_ready", "cli.context", "config.urls"):
        importlib.import_module(f"watchfloor.{name}")
    stand_ins = {name: value for name, value in os.environ.items() if name not in before}
    gc.freeze()
    for line in sys.stdin:
        asked = msgspec.json.decode(line, type=Asked)
        child = os.fork()
        if child == 0:
            _become(asked, stand_ins)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(asked: Asked, stand_ins: Mapping[str, str]) -> NoReturn:
    """Be a process that was started with these words, up to its end."""
    os.chdir(asked.cwd)
    os.environ.clear()
    os.environ.update({**asked.env, **stand_ins})
    for descriptor, path in enumerate((os.devnull, asked.out, asked.err)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT if descriptor else os.O_RDONLY)
        os.dup2(file, descriptor)
        os.close(file)
    signal.alarm(asked.seconds)
    random.seed()
    sys.argv = ["watchfloor", *asked.words]
    main()


if __name__ == "__main__":
    _serve()
