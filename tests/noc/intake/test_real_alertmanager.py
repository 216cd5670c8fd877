"""A real Alertmanager (Debian's prometheus-alertmanager) points its webhook at the intake."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone

from tests.make import make_key, make_tenant
from tests.noc.intake.conftest import django
from tests.noc.intake.sender import stored
from tests.noc.intake.server import serving
from tests.running import free_port
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.correlation.fingerprint import fingerprint
from watchfloor.aiops.types import Signal
from watchfloor.noc.intake.endpoint import mount
from watchfloor.platform.accounts.keys import KeyRing

PROGRAM = shutil.which("prometheus-alertmanager")
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="no prometheus-alertmanager: install Debian's package of that name"
)
CONFIG = """
route: {{receiver: floor, group_by: [alertname], group_wait: 100ms, group_interval: 1s}}
receivers:
  - name: floor
    webhook_configs: [{{url: "{url}/k/{key}/ingest/alertmanager", send_resolved: true}}]
"""
PATIENCE = 30.0


@contextmanager
def alertmanager(folder: Path, url: str, key: str) -> Iterator[str]:
    """Run an Alertmanager that tells `url`; yield its own address."""
    (folder / "am.yml").write_text(CONFIG.format(url=url, key=key))
    port = free_port()
    process = subprocess.Popen(
        [
            str(PROGRAM),
            f"--config.file={folder / 'am.yml'}",
            f"--storage.path={folder}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def patiently(ask: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if answer := ask():
                return answer
        except httpx.TransportError:
            pass  # not up yet
        time.sleep(0.05)
    raise AssertionError("nothing came in time")


def test_what_it_fires_and_resolves_arrives(tmp_path: Path, keys: KeyRing) -> None:
    tenant = make_tenant()
    key = make_key(tenant)
    began = timezone.now()
    alert = {
        "labels": {"alertname": "DoorForced", "site": "S004", "instance": "door-4"},
        "annotations": {"summary": "Door 4 was forced"},
        "startsAt": began.isoformat(),
    }

    def counted(number: int) -> list[Report]:
        reports = [r for r in stored(tenant) if not r.is_touch]
        return reports if len(reports) >= number else []

    with serving(mount(django, keys=keys)) as url, alertmanager(tmp_path, url, key) as peer:
        push = f"{peer}/api/v2/alerts"
        patiently(lambda: httpx.post(push, json=[alert]).is_success)
        [firing] = patiently(lambda: counted(1))
        over = {**alert, "endsAt": (began + timedelta(milliseconds=1)).isoformat()}
        httpx.post(push, json=[over]).raise_for_status()
        _, resolved = patiently(lambda: counted(2))

    assert (firing.alert_type, firing.site, firing.entity_id) == ("DoorForced", "S004", "door-4")
    assert (firing.message, firing.status) == ("Door 4 was forced", Signal.FIRING)
    assert resolved.status is Signal.RESOLVED
    assert fingerprint(resolved) == fingerprint(firing)
