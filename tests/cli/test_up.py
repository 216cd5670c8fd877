import http.client
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.conftest import RunningFloor, started
from tests.commands import PROGRAM
from tests.commands import command as watchfloor
from tests.homes import settled_home
from tests.processes import (
    alive,
    all_gone_within,
    command_line,
    descendants,
    happens_within,
    pss_megabytes,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
PARTS = {"web", "pipeline", "worker"}


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[RunningFloor]:
    """A floor of our own, started in an empty home: we look at its first start, and kill parts."""
    with started(folder / "home") as floor:
        yield floor


def part(floor: RunningFloor, name: str) -> int | None:
    words = f"watchfloor.cli.main {name}"
    found = [p for p in descendants(floor.process.pid) if alive(p) and words in command_line(p)]
    return found[0] if found else None


def test_the_first_page_answers(running: RunningFloor) -> None:
    assert httpx.get(f"{running.url}/sign-in").status_code == 200


def test_the_link_signs_in_and_stands_in_a_file_for_our_eyes(running: RunningFloor) -> None:
    kept = running.home / "sign-in"

    assert kept.read_text().strip() == running.sign_in
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert httpx.get(running.sign_in).status_code < 400


def test_the_link_is_in_no_log(running: RunningFloor) -> None:
    secret = running.sign_in.rsplit("/", 1)[1]

    assert not [p for p in (running.home / "logs").iterdir() if secret in p.read_text()]


def test_all_parts_run(running: RunningFloor) -> None:
    assert happens_within(lambda: all(part(running, name) for name in PARTS), seconds=20)


def test_each_part_has_only_the_passwords_it_needs(running: RunningFloor) -> None:
    assert happens_within(lambda: all(part(running, name) for name in PARTS), seconds=20)
    held = {}
    for name in PARTS:
        environ = Path(f"/proc/{part(running, name)}/environ").read_bytes().decode()
        held[name] = {
            entry.split("=")[0].removeprefix("WATCHFLOOR_DB_")
            for entry in environ.split("\0")
            if entry.startswith("WATCHFLOOR_DB_")
        }

    assert held == {
        "web": {"APP", "INTAKE", "SYSTEM"},
        "pipeline": {"APP", "SYSTEM"},
        "worker": {"APP", "SYSTEM"},
    }


def test_a_second_floor_in_the_same_home_is_refused(
    running: RunningFloor, environment: dict[str, str]
) -> None:
    done = watchfloor("up", "--home", running.home, "--port", "0", env=environment)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "already" in done.stderr


def test_a_port_in_use_is_refused_with_the_cure(
    running: RunningFloor, folder: Path, environment: dict[str, str]
) -> None:
    port = str(urlsplit(running.url).port)
    done = watchfloor("up", "--home", folder / "other", "--port", port, env=environment)

    assert done.returncode == 2
    assert (
        done.stderr == f"watchfloor: port {port} is in use: pass --port N, or stop what uses it\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--host", "0.0.0.0"], "--tls-cert"),  # noqa: S104 - it is refused
        (["--tls-cert", "pyproject.toml"], "belong together"),
        (["--port", "99999"], "up --help"),
        (["--port", "many"], "up --help"),
        (["--host", "no-such-host.invalid"], "no address"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_misuse_is_answered_in_one_line(
    arguments: list[str], told: str, folder: Path, environment: dict[str, str]
) -> None:
    done = watchfloor("up", "--home", folder / "other", *arguments, env=environment)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert told in done.stderr


def test_a_killed_web_process_keeps_callers_waiting_and_comes_back(running: RunningFloor) -> None:
    first = part(running, "web")
    assert first is not None
    os.kill(first, signal.SIGKILL)

    assert httpx.get(f"{running.url}/healthz", timeout=30).status_code == 200
    assert part(running, "web") != first


def test_the_idle_tree_is_small(running: RunningFloor) -> None:
    assert happens_within(lambda: all(part(running, name) for name in PARTS), seconds=20)
    time.sleep(3)  # until they have settled

    assert pss_megabytes({running.process.pid, *descendants(running.process.pid)}) < 450


def test_sigterm_ends_it_all(folder: Path, environment: dict[str, str]) -> None:
    home = settled_home(folder / "short lived")
    process = subprocess.Popen(
        [*PROGRAM, "up", "--home", home, "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    with process.stdout as said:
        ready = said.readline()
    everybody = descendants(process.pid)
    process.terminate()
    process.wait(10)

    assert ready.startswith("ready")
    assert process.returncode == 0
    assert all_gone_within(everybody, seconds=0.5)
    assert not (home / "running.json").exists()


def test_an_unfinished_start_ends_too_when_told(folder: Path, environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "up", "--home", folder / "torn", "--port", "0", "--no-browser"], env=environment
    )
    assert happens_within((folder / "torn" / "logs" / "postgres.log").exists, seconds=20)
    process.send_signal(signal.SIGINT)

    assert process.wait(20) == 0


def test_the_socket_answers_only_on_the_loopback(running: RunningFloor) -> None:
    port = urlsplit(running.url).port
    assert port is not None
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # would fail if the floor listened on every address

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/healthz")
    status = connection.getresponse().status
    connection.close()
    assert status == 200
