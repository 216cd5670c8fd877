"""Record how devices are by their beats, and what sensors read, set by set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from watchfloor.aiops.beats import health
from watchfloor.aiops.operation.events import Beat, Reading
from watchfloor.aiops.types import Seconds
from watchfloor.domain.devices.models import Device
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.org.changed import Changed, tell_changes
from watchfloor.domain.vitals.models import DeviceState, SensorReading
from watchfloor.platform import bulk
from watchfloor.platform.bulk import Shape
from watchfloor.platform.ids import uuid7
from watchfloor.platform.moments import moment
from watchfloor.platform.tenancy.context import require_tenant_id

_MEASURES = (
    "loss float8, round_trip_ms float8, errors float8, battery float8, signal_dbm float8,"
    " temperature float8"
)
_BEATS = Shape.of(f"device_id text, at float8, {_MEASURES}")
_ADD_BEATS = f"""
INSERT INTO vitals_devicebeat (tenant_id, device_id, at, loss, round_trip_ms, errors, battery,
    signal_dbm, temperature)
SELECT %b, x.device_id::uuid, to_timestamp(x.at), x.loss, x.round_trip_ms, x.errors, x.battery,
    x.signal_dbm, x.temperature
FROM {_BEATS.source()} ON CONFLICT DO NOTHING"""  # noqa: S608
_SAID = ("loss", "round_trip_ms", "errors", "battery", "signal_dbm", "temperature", "sync")
_NAMED = ("serial", "address", "firmware")
_STATES = Shape.of(
    f"id text, device_id text, last_beat_at float8, pause_seconds float8, uptime float8,"
    f" health float8, {_MEASURES}, sync float8, serial text, address text, firmware text"
)
_KEPT = ("last_beat_at", "pause_seconds", "uptime", "health", *_SAID, *_NAMED)
_SAVE_STATES = f"""
INSERT INTO vitals_devicestate (tenant_id, id, device_id, {", ".join(_KEPT)})
SELECT %b, x.id::uuid, x.device_id::uuid, to_timestamp(x.last_beat_at),
    {", ".join(f"x.{name}" for name in _KEPT[1:])}
FROM {_STATES.source()}
ON CONFLICT (device_id) DO UPDATE SET {", ".join(f"{one} = excluded.{one}" for one in _KEPT)}
"""  # noqa: S608
_Heard = tuple[UUID, Seconds, Beat]


class _Flashed(NamedTuple):
    """A device tells of another firmware than before."""

    device_id: UUID
    old: str
    new: str
    at: datetime


def record_beats(happenings: Sequence[Happening], now: datetime) -> None:
    """Add the beats to the history, and bring the states of their devices up to date."""
    heard = [
        (one.device_id, one.at, one.event)
        for one in happenings
        if one.device_id is not None and isinstance(one.event, Beat)
    ]
    if not heard:
        return
    rows = [(device.hex, at, *_measures(beat)) for device, at, beat in heard]
    bulk.run(_ADD_BEATS, [require_tenant_id(), *_BEATS.arrays(rows)])
    states, flashed = _states(sorted(heard, key=lambda one: one[1]))
    tell_changes(_changes(flashed), at=now)
    saved = [[uuid7().hex, state.device_id.hex, *_columns(state)] for state in states]
    bulk.run(_SAVE_STATES, [require_tenant_id(), *_STATES.arrays(saved)])


def record_readings(happenings: Sequence[Happening], now: datetime) -> None:
    readings = [_reading(one, one.event) for one in happenings if isinstance(one.event, Reading)]
    SensorReading.objects.bulk_create(readings, ignore_conflicts=True)


def _states(heard: Iterable[_Heard]) -> tuple[list[DeviceState], list[_Flashed]]:
    """Return the states that change, and which devices run another firmware than before. A beat
    older than the last one changes none."""
    heard = list(heard)
    known = {
        state.device_id: state
        for state in DeviceState.objects.filter(device__in={device for device, _, _ in heard})
    }
    newer: dict[UUID, DeviceState] = {}
    flashed: list[_Flashed] = []
    for device, at, beat in heard:
        state = known.get(device)
        came_at = moment(at)
        if state is None:
            state = known[device] = DeviceState(device_id=device, last_beat_at=came_at)
        elif came_at <= state.last_beat_at:
            continue
        else:
            _pass_pause(state, (came_at - state.last_beat_at).total_seconds())
        if state.firmware and beat.firmware not in ("", state.firmware):
            flashed.append(_Flashed(device, state.firmware, beat.firmware, came_at))
        _say(state, beat, came_at)
        newer[device] = state
    return list(newer.values()), flashed


def _changes(flashed: Sequence[_Flashed]) -> list[Changed]:
    """Tell of devices that run another firmware. One query, and none where there are none."""
    if not flashed:
        return []
    devices = Device.objects.select_related("site").in_bulk([one.device_id for one in flashed])
    return [
        Changed(
            "FIRMWARE", f"Firmware {one.new} in place of {one.old}", one.at,
            device.site.client_id if device.site else None, device.site_id, device.code,
        )
        for one in flashed
        for device in [devices[one.device_id]]
    ]  # fmt: skip


def _pass_pause(state: DeviceState, pause: Seconds) -> None:
    state.pause_seconds = health.usual_after(state.pause_seconds, pause)
    state.uptime = health.uptime_after(state.uptime, pause, state.pause_seconds)


def _say(state: DeviceState, beat: Beat, came_at: datetime) -> None:
    """Put down what the beat says; what it does not say stays as it was said last."""
    state.last_beat_at = came_at
    for name, value in zip(_SAID, (*_measures(beat), beat.sync), strict=True):
        if value is not None:
            setattr(state, name, value)
    for name in _NAMED:
        if said := getattr(beat, name):
            setattr(state, name, said)
    state.health = health.score(
        battery=state.battery,
        signal=state.signal_dbm,
        uptime=state.uptime,
        temperature=state.temperature,
    )


def _measures(beat: Beat) -> tuple[float | None, ...]:
    return (beat.loss, beat.ms, beat.err, beat.bat, beat.signal, beat.temperature)


def _columns(state: DeviceState) -> list[Any]:
    return [state.last_beat_at.timestamp(), *(getattr(state, name) for name in _KEPT[1:])]


def _reading(one: Happening, event: Reading) -> SensorReading:
    return SensorReading(
        id=UUID(one.event_id),
        at=moment(one.at),
        received_at=moment(one.received_at),
        site_id=one.site_id,
        area=event.area,
        device_id=one.device_id,
        device_code=event.device,
        kind=event.kind,
        state=event.state,
        value=event.value,
    )
