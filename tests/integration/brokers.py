"""A real broker, and who publishes to it and listens."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.floor import PATIENCE
from tests.processes import happens_within
from tests.running import free_port

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


@contextmanager
def broker(tmp_path: Path) -> Iterator[int]:
    """Yield the port of a broker. Skips the test where there is none."""
    if MOSQUITTO is None:
        pytest.skip("needs mosquitto: apt-get install mosquitto")
    port = free_port()
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    with subprocess.Popen([MOSQUITTO, "-c", str(settings)], stderr=subprocess.DEVNULL) as process:
        try:
            yield port
        finally:
            process.terminate()


def bridge(port: int, floor: str, key: str) -> subprocess.Popen[str]:
    """Start the command as a person would, and wait until it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "watchfloor.cli.main", "mqtt",
         "--broker", f"mqtt://127.0.0.1:{port}", "--floor", floor, "--key", key],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    return process


def publish(port: int, *messages: tuple[str, object]) -> None:
    paho = pytest.importorskip("paho.mqtt.client", reason="needs the extra: watchfloor[mqtt]")
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    assert happens_within(lambda: connects(client, port), seconds=PATIENCE)
    client.loop_start()
    for topic, body in messages:
        payload = body if isinstance(body, bytes) else json.dumps(body)
        client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE)
    client.disconnect()
    client.loop_stop()


def connects(client: object, port: int) -> bool:
    try:
        client.connect("127.0.0.1", port)  # type: ignore[attr-defined]
    except OSError:
        return False
    return True
