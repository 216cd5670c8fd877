"""`watchfloor up`: from nothing to the first page, then stay until told to stop."""

import contextlib
import errno
import hashlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

import click

from watchfloor.cli import parts
from watchfloor.cli.options import home_option
from watchfloor.cli.parts import AnyGround
from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.embedded.ground import find_ground
from watchfloor.embedded.home import Home, Lock
from watchfloor.embedded.keep import write_private
from watchfloor.embedded.supervisor import Supervisor

FIRST_PAGE = "/sign-in"
PATIENCE = 120.0
# A migration may rewrite tables of millions of rows.
MIGRATION_PATIENCE = 3600.0
BACKLOG = 2048
PACKAGE = Path(__file__).resolve().parents[1]
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True)


@dataclass(frozen=True, slots=True)
class Door:
    """Where the floor answers and how it is protected on the way there."""

    host: str
    port: int
    tls_cert: Path | None
    tls_key: Path | None
    behind_proxy: str | None

    def check(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise Misuse("--tls-cert and --tls-key belong together: give both or none")
        if not _is_loopback(self.host) and not self.tls_cert and not self.behind_proxy:
            raise Misuse(
                f"--host {self.host} is seen by others: add --tls-cert and --tls-key, "
                "or --behind-proxy CIDR when a proxy in front speaks TLS"
            )

    def open(self) -> socket.socket:
        """Return the listening socket. We keep it, so a web process that falls loses no caller."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self.host, self.port))
            listening.listen(BACKLOG)
        except (OSError, OverflowError) as error:
            listening.close()
            raise Misuse(_why_not_bound(self.host, self.port, error)) from error
        return listening

    def web_options(self) -> list[str]:
        options = []
        if self.tls_cert and self.tls_key:
            options += ["--tls-cert", str(self.tls_cert), "--tls-key", str(self.tls_key)]
        if self.behind_proxy:
            options += ["--behind-proxy", self.behind_proxy]
        return options

    def web_environment(self) -> dict[str, str]:
        """Return settings that follow from the door, unless the caller's environment has them."""
        names = ["localhost", "127.0.0.1", "[::1]", self.host, socket.gethostname()]
        found = {"WATCHFLOOR_ALLOWED_HOSTS": ",".join(dict.fromkeys(names))}
        if self.tls_cert or self.behind_proxy:
            found["WATCHFLOOR_SECURE_TRANSPORT"] = "true"
        if self.behind_proxy:
            found["WATCHFLOOR_TRUSTED_PROXIES"] = self.behind_proxy
        return {name: os.environ.get(name, value) for name, value in found.items()}

    def url(self, listening: socket.socket) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        scheme = "https" if self.tls_cert else "http"
        return f"{scheme}://{host}:{listening.getsockname()[1]}"

    def answers(self, listening: socket.socket) -> bool:
        """Ask for the first page, as a browser on this machine would."""
        port = listening.getsockname()[1]
        host = self.host if ip_address(_numeric(self.host)).is_loopback else "localhost"
        try:
            connection = self._connect(host, port)
            connection.request("GET", FIRST_PAGE, headers={"X-Forwarded-Proto": "https"})
            return connection.getresponse().status < http.client.BAD_REQUEST
        except OSError:
            return False

    def _connect(self, host: str, port: int) -> http.client.HTTPConnection:
        if self.tls_cert is None:
            return http.client.HTTPConnection(host, port, timeout=2)
        unchecked = ssl._create_unverified_context()  # noqa: S323 - we ask only whether we answer
        return http.client.HTTPSConnection(host, port, timeout=2, context=unchecked)


class Preparation:
    """A process that brings the database to this code and makes a sign-in link.

    Where the database has been brought to this code before, it is short, and the web process
    need not wait for it.
    """

    def __init__(self, ground: AnyGround, *, demo: bool) -> None:
        self._ground = ground
        self._code = code_fingerprint()
        static = ground.home.path / "static"
        self.is_short = static.is_dir() and ground.prepared_for() == self._code
        self._log = ground.home.logs / "prepare.log"
        command, environment = parts.preparation(ground, short=self.is_short, demo=demo)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603
                command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )

    @property
    def is_done(self) -> bool:
        return self._process.poll() is not None

    @cached_property
    def link(self) -> str:
        """The path of the sign-in link, once all is done. Raises: FloorError if it failed."""
        said, _ = self._process.communicate()
        if self._process.returncode != 0:
            raise FloorError(f"the database could not be brought to this version: see {self._log}")
        if not self.is_short:
            self._ground.mark_prepared(self._code)
        return said.strip()

    def __enter__(self) -> "Preparation":
        return self

    def __exit__(self, *exception: object) -> None:
        if not self.is_done:
            self._process.kill()  # a migration is a transaction: the next start begins it again
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def code_fingerprint() -> str:
    """Return what changes whenever a file of the program does."""
    files = sorted(path for path in PACKAGE.rglob("*") if path.suffix not in {".pyc", ""})
    seen = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


@click.command()
@home_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Play the night shift in a tenant of its own.")
@click.option("--browser/--no-browser", default=True, help="Open the first page in a browser.")
@click.option("--tls-cert", type=EXISTING, help="Certificate chain (PEM).")
@click.option("--tls-key", type=EXISTING, help="Its private key (PEM).")
@click.option("--behind-proxy", metavar="CIDR", help="A proxy at these addresses speaks TLS.")
def command(
    home: str | None,
    host: str,
    port: int,
    demo: bool,
    browser: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    behind_proxy: str | None,
) -> int:
    """Start everything and stay until Ctrl-C or SIGTERM."""
    door = Door(host, port, tls_cert, tls_key, behind_proxy)
    door.check()
    ground = find_ground(Home.at(home))
    with _served_by_us(ground.home), door.open() as listening:
        _serve(ground, door, listening, demo=demo, browser=browser)
    return 0


def _serve(
    ground: AnyGround, door: Door, listening: socket.socket, *, demo: bool, browser: bool
) -> None:
    supervisor = Supervisor(ground)
    supervisor.listen_to_signals()
    url = door.url(listening)
    try:
        supervisor.start_database()
        with Preparation(ground, demo=demo) as preparation:
            link = _first_page(supervisor, preparation, ground, door, listening)
        if link is not None:
            # They start after the first page: on two cores they would hold it up.
            supervisor.add(parts.pipeline(ground))
            supervisor.add(parts.worker(ground))
            _announce(ground.home, url, link, browser=browser)
            if demo:
                supervisor.add(parts.demo(ground))
            supervisor.watch()
    finally:
        ground.home.running.unlink(missing_ok=True)
        supervisor.stop()


def _first_page(
    supervisor: Supervisor,
    preparation: Preparation,
    ground: AnyGround,
    door: Door,
    listening: socket.socket,
) -> str | None:
    """Return the path of the sign-in link when the first page answers; None if told to stop."""
    if not preparation.is_short:
        done = supervisor.wait_until(lambda: preparation.is_done, patience=MIGRATION_PATIENCE)
        if not (done and preparation.link):
            return None
    supervisor.add(
        parts.web(ground, listening.fileno(), door.web_options(), door.web_environment())
    )
    answers = supervisor.wait_until(
        lambda: preparation.is_done and door.answers(listening), patience=PATIENCE
    )
    return preparation.link if answers else None


def _announce(home: Home, url: str, link: str, *, browser: bool) -> None:
    write_private(home.running, json.dumps({"pid": os.getpid(), "url": url}))
    write_private(home.path / "sign-in", f"{url}{link}\n")
    # In one write: a script may close the pipe as soon as it has read the first line.
    click.echo(f"ready {url}\nsign in (once, within 30 minutes): {url}{link}")
    if browser and sys.stdout.isatty() and _has_display():
        webbrowser.open(f"{url}{link}")


@contextlib.contextmanager
def _served_by_us(home: Home) -> Iterator[None]:
    lock = Lock(home)
    if not lock.take():
        raise Misuse(f"a floor runs in {home.path} already: stop it, or pass another --home")
    try:
        yield
    finally:
        lock.release()


def _has_display() -> bool:
    return sys.platform == "darwin" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


def _is_loopback(host: str) -> bool:
    return ip_address(_numeric(host)).is_loopback


def _numeric(host: str) -> str:
    with contextlib.suppress(ValueError):
        return str(ip_address(host))
    try:
        return str(socket.getaddrinfo(host, None)[0][4][0])
    except OSError as error:
        raise Misuse(f"--host {host} is no address of this machine") from error


def _why_not_bound(host: str, port: int, error: OSError | OverflowError) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} is in use: pass --port N, or stop what uses it"
    return f"cannot listen on {host} port {port} ({error}): pass another --host or --port"
