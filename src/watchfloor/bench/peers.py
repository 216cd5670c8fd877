"""The same load on somebody else's system, with the same account of processor time."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from watchfloor.bench import databases, processes, sending
from watchfloor.bench.floors import NotMeasured
from watchfloor.bench.ingest import CONNECTIONS, PER_BODY, Ingested
from watchfloor.bench.results import Row
from watchfloor.bench.streams import Stream

PATIENCE = 60.0
SETTLE = 3.0
INSTALL_SECONDS = 600
ALERTA_REPORTS = 3_000
"""Alerta takes alerts one by one, at some hundreds a second."""
NAMES = ("alertmanager", "alerta")


@dataclass(frozen=True)
class PeerLoad:
    name: str
    how: str
    reports: int
    seconds: float
    cpu: float
    errors: int = 0
    """Requests that it answered with an error of its own."""

    @property
    def per_thousand(self) -> float:
        return self.cpu / self.reports * 1000


def measure(peer: str, stream: Stream) -> PeerLoad:
    """Raises: NotMeasured that says what is to be installed."""
    return alertmanager(stream) if peer == "alertmanager" else alerta(stream)


def alertmanager(stream: Stream) -> PeerLoad:
    program = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
    if program is None:
        raise NotMeasured("no Alertmanager: install Debian's package prometheus-alertmanager")
    port = _free_port()
    alerts = [_prometheus_alert(report) for report in stream.reports]
    with _folder() as folder:
        config = folder / "alertmanager.yml"
        config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        command = [
            program, f"--config.file={config}", f"--storage.path={folder}",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
        ]  # fmt: skip
        with _running(command, folder, f"http://127.0.0.1:{port}/-/ready") as pid:
            bodies = sending.encoded(alerts, per_body=PER_BODY)
            seconds, cpu, errors = _load(pid, port, "/api/v2/alerts", bodies)
    how = f"{_version(program)}, in memory, bodies of {PER_BODY}"
    return PeerLoad("Alertmanager", how, len(alerts), seconds, cpu, errors)


def alerta(stream: Stream) -> PeerLoad:
    alerts = [_alerta_alert(report) for report in stream.reports[:ALERTA_REPORTS]]
    port = _free_port()
    with _folder() as folder, databases.postgres(folder / "database") as database:
        programs = _install(folder / "venv", "alerta-server[postgres]", "gunicorn")
        config = folder / "alertad.conf"
        config.write_text(f"DATABASE_URL = {database.url!r}\nAUTH_REQUIRED = False\n")
        command = [
            str(programs / "gunicorn"), "-w", "2", "--threads", "4",
            "-b", f"127.0.0.1:{port}", "alerta:create_app()",
        ]  # fmt: skip
        ready = f"http://127.0.0.1:{port}/management/gtg"
        environment = {"ALERTA_SVR_CONF_FILE": str(config)}
        with _running(command, folder, ready, environment) as pid:
            before = sum(processes.cpu_seconds(database.pid).values())
            bodies = sending.encoded(alerts, per_body=1)
            seconds, cpu, errors = _load(pid, port, "/alert", bodies)
            stored = sum(processes.cpu_seconds(database.pid).values()) - before
    how = "alerta-server on PostgreSQL, gunicorn 2 x 4, single posts"
    return PeerLoad("Alerta", how, len(alerts), seconds, cpu + stored, errors)


def _load(pid: int, port: int, path: str, bodies: Sequence[bytes]) -> tuple[float, float, int]:
    """Return seconds until all is answered, processor seconds until it has settled, and errors."""
    before = sum(processes.cpu_seconds(pid).values())
    sent = sending.send(
        f"http://127.0.0.1:{port}",
        bodies,
        connections=CONNECTIONS,
        path=path,
        is_good=lambda status: status < 300 or status >= 500,
    )
    time.sleep(SETTLE)
    errors = sum(status >= 500 for status in sent.statuses)
    return sent.seconds, sum(processes.cpu_seconds(pid).values()) - before, errors


def _prometheus_alert(report: dict[str, Any]) -> dict[str, Any]:
    """Return the report as a Prometheus would send it: firing now."""
    labels = {
        "alertname": report["alert_type"],
        "site": report.get("site", ""),
        "source": report.get("source", ""),
        "instance": report.get("entity_id", ""),
    }
    return {"labels": labels, "annotations": {"summary": report["message"]}}


def _alerta_alert(report: dict[str, Any]) -> dict[str, Any]:
    return {
        "environment": "Production",
        "resource": report.get("entity_id") or "nothing",
        "event": report["alert_type"],
        "severity": "major",
        "service": [report.get("site") or "none"],
        "text": report["message"],
    }


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wf-peer-") as name:
        Path(name).chmod(0o711)  # root's database server runs as another account
        yield Path(name)


@contextmanager
def _running(
    command: Sequence[str], folder: Path, ready: str, environment: dict[str, str] | None = None
) -> Iterator[int]:
    """Yield the process once it answers at `ready`; it is ended afterwards."""
    with (folder / "peer.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            command, stdout=log, stderr=log, env=os.environ | (environment or {}), cwd=folder
        )
    try:
        _wait_until_answered(ready, folder / "peer.log")
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_until_answered(ready: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(ready, timeout=5).is_success:
                return
        time.sleep(0.2)
    raise NotMeasured(f"the peer does not answer: {log.read_text(errors='replace')[-500:]}")


def _install(venv: Path, *packages: str) -> Path:
    """Make an environment with the packages. Returns the folder of its programs."""
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)  # noqa: S603
    done = subprocess.run(  # noqa: S603
        [str(venv / "bin" / "pip"), "install", "-q", "setuptools<81", *packages],
        capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise NotMeasured(f"pip could not install {packages[0]}: {done.stderr.strip()[-300:]}")
    return venv / "bin"


def _version(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    words = (done.stdout + done.stderr).split()
    return f"version {words[words.index('version') + 1]}" if "version" in words else "no version"


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


def rows(ours: Ingested, peer: PeerLoad) -> list[Row]:
    fitting = ours.singles if peer.name == "Alerta" else ours.batches
    return [
        Row(
            f"{peer.name} ({peer.how}), {peer.reports:,} reports of {ours.stream}",
            f"{peer.per_thousand:.3f} s of processor for 1,000",
        ),
        Row("it answered", f"{peer.reports / peer.seconds:,.0f}/s, {peer.errors} with an error"),
        Row(
            "Watchfloor on the same machine: on disk, grouped and in incidents",
            f"{fitting.cpu_per_thousand:.3f} s of processor for 1,000",
        ),
        Row("it answered", f"{fitting.accepted_per_second:,.0f}/s"),
    ]
