"""Holds one PostgreSQL for a whole test run, whichever of its processes asked first.

`python -m tests.keeper FOLDER PID` makes a home in FOLDER, starts its server, and takes both away
when process PID (pytest itself, the parent of all xdist workers) is gone or asks with SIGTERM.
"""

import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home

# Tests of many processes share it; in all else it is the server of a floor.
ROOMY = {"max_connections": "200"}
PID_FILE = "keeper.pid"
READY = "ready"


def keep(folder: Path, pytest_pid: int) -> None:
    asked_to_stop = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        asked_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for pytest
    (folder / PID_FILE).write_text(str(os.getpid()))
    ground = lay_ground(Home.at(folder), overrides=ROOMY)
    try:
        ground.start()
        (folder / READY).touch()
        while alive(pytest_pid) and not asked_to_stop.wait(0.5):
            continue
    finally:
        ground.server.stop()
        shutil.rmtree(folder)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
