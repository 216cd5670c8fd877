"""The records of devices: how they are, and what sensors read."""

from __future__ import annotations

from watchfloor.domain.registers.declaration import AT_SITE, Records
from watchfloor.domain.vitals.models import DeviceState, SensorReading

DEVICE_STATES = Records(
    noun="device-states",
    title="States of devices",
    about="When each device's beat came last, and how well it is.",
    kind="state of a device",
    model=DeviceState,
    scope=("device__site__client_id", "device__site_id"),
    at="last_beat_at",
    columns=("device", "last_beat_at", "health", "uptime", "battery", "signal_dbm", "sync"),
    more=(
        "pause_seconds", "temperature", "loss", "round_trip_ms", "errors", "serial", "address",
        "firmware",
    ),
    search=("device", "serial", "firmware"),
    filters=("device",),
    order=("-last_beat_at", "-id"),
)  # fmt: skip
READINGS = Records(
    noun="readings",
    title="Sensor readings",
    about="What sensors and buttons said: motion, doors, smoke, panic, temperatures.",
    kind="reading",
    model=SensorReading,
    scope=AT_SITE,
    columns=("at", "site", "area", "device_code", "kind", "state", "value"),
    search=("device_code",),
    filters=("site", "area", "kind", "device_code"),
)
