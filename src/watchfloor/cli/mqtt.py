"""`watchfloor mqtt`: listen to a broker, and put what devices say where events wait."""

from __future__ import annotations

import signal
import threading
import time
from functools import partial
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import click

from watchfloor.cli import extras
from watchfloor.cli.bridging import Bridge, Comings
from watchfloor.embedded.errors import FloorError, Misuse

try:
    from paho.mqtt import client as paho
    from paho.mqtt.enums import CallbackAPIVersion
except ImportError as error:
    raise Misuse(extras.cure("mqtt")) from error

PORTS = {"mqtt": 1883, "mqtts": 8883}
AT_LEAST_ONCE = 1
KEEPALIVE_SECONDS = 30


@click.command()
@click.option(
    "--broker",
    required=True,
    envvar="WATCHFLOOR_MQTT_BROKER",
    metavar="mqtt[s]://USER:PASSWORD@HOST:PORT",
    help="Or $WATCHFLOOR_MQTT_BROKER.",
)
@click.option("--floor", required=True, metavar="URL", help="The floor's address.")
@click.option(
    "--key",
    required=True,
    envvar="WATCHFLOOR_MQTT_KEY",
    help="Of an integration that may send; better in $WATCHFLOOR_MQTT_KEY.",
)
@click.option(
    "--prefix",
    default="watchfloor",
    show_default=True,
    help="Listen to PREFIX/STREAM and PREFIX/STREAM/DEVICE.",
)
@click.option(
    "--client-id",
    default="watchfloor",
    show_default=True,
    help="By which the broker knows what was not taken yet.",
)
def command(broker: str, floor: str, key: str, prefix: str, client_id: str) -> None:
    """Take events from an MQTT broker to a floor, until stopped.

    A message is acknowledged once the floor has it on disk; while the floor is away the broker
    keeps what was sent with quality of service 1.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    bridge = Bridge(floor, key)
    client = _connected(_address(broker), prefix, client_id, bridge)
    client.loop_start()
    try:
        bridge.run(stop)
    finally:
        client.disconnect()
        client.loop_stop()


def _address(broker: str) -> SplitResult:
    address = urlsplit(broker)
    if address.scheme not in PORTS or not address.hostname:
        raise Misuse("--broker: send an address such as mqtts://user@broker.example:8883")
    return address


def _connected(address: SplitResult, prefix: str, client_id: str, bridge: Bridge) -> paho.Client:
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=False,
        manual_ack=True,
    )
    if address.username:
        password = unquote(address.password) if address.password else None
        client.username_pw_set(unquote(address.username), password)
    if address.scheme == "mqtts":
        client.tls_set()
    topics = [(f"{prefix}/+", AT_LEAST_ONCE), (f"{prefix}/+/+", AT_LEAST_ONCE)]
    client.on_connect = partial(_subscribe, topics, bridge)
    client.on_message = partial(_take, bridge, Comings())
    host, port = address.hostname or "", address.port or PORTS[address.scheme]
    client.on_subscribe = lambda *_: click.echo(f"listening to {prefix}/... at {host}:{port}")
    try:
        client.connect(host, port, KEEPALIVE_SECONDS)
    except OSError as error:
        raise FloorError(f"no broker answers at {host}:{port}: {error}") from error
    return client


def _subscribe(
    topics: list[tuple[str, int]], bridge: Bridge, client: paho.Client, *said: Any
) -> None:
    reason = said[2]
    if reason.is_failure:
        bridge.give_up(f"the broker refuses us: {reason}")
    else:
        client.subscribe(topics)


def _take(
    bridge: Bridge, comings: Comings, client: paho.Client, _: Any, message: paho.MQTTMessage
) -> None:
    now = time.time()  # noqa: TID251  when it came; there is no caller to say it
    topic, payload = message.topic, bytes(message.payload)
    came = comings.first(message.mid, topic, payload, now, is_again=message.dup)
    bridge.take(topic, payload, came, partial(client.ack, message.mid, message.qos))
