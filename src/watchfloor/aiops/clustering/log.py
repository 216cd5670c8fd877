"""The tenant's log of applied entries, as bytes: one msgpack array per entry, tag first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

import msgspec

from watchfloor.aiops.clustering.commands import (
    AcknowledgeCluster,
    Command,
    Handling,
    MergeClusters,
    MoveAlert,
    ReopenCluster,
    ResolveCluster,
    SetAdviser,
    SetConfig,
    SetLessons,
    SplitCluster,
    Teaching,
    TouchAlerts,
    UnacknowledgeCluster,
    UndoMerge,
)
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.errors import CheckpointError
from watchfloor.aiops.types import Severity, Signal

Entry = ReportView | Command

_REPORT = 0
_COMMANDS: dict[int, type[Handling]] = {
    1: ResolveCluster,
    2: AcknowledgeCluster,
    3: ReopenCluster,
    6: UnacknowledgeCluster,
}
_SET_CONFIG = 4
_SET_ADVISER = 5
_TOUCH = 20
_TEACHINGS: dict[int, type[Teaching]] = {
    10: MergeClusters,
    11: SplitCluster,
    12: MoveAlert,
    13: UndoMerge,
    14: SetLessons,
}
_TEACHING_TAG_OF = {kind: tag for tag, kind in _TEACHINGS.items()}
_TAG_OF = {kind: tag for tag, kind in _COMMANDS.items()}

_REPORT_FIELDS = ReportView.__struct_fields__
_CONFIG_FIELDS = tuple(item.name for item in fields(ClusteringConfig))
_SIGNAL, _SEVERITY, _DOMAINS, _POSITION = (
    _REPORT_FIELDS.index(name) for name in ("signal", "severity", "domains", "position")
)
_report_row = attrgetter(*_REPORT_FIELDS)
_config_row = attrgetter(*_CONFIG_FIELDS)
_SIGNALS = {signal.value: signal for signal in Signal}
_SEVERITIES = {severity.value: severity for severity in Severity}


def encode_entries(entries: Sequence[Entry]) -> bytes:
    """Return the entries as bytes, in their order."""
    return msgspec.msgpack.encode([_row(entry) for entry in entries])


def decode_entries(data: bytes) -> list[Entry]:
    """Return what `encode_entries` was given.

    Raises: CheckpointError if the bytes are damaged or of another version.
    """
    try:
        return [_entry(row) for row in msgspec.msgpack.decode(data, type=list[list[Any]])]
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
        raise CheckpointError(f"log entries cannot be read: {error}") from error


def _row(entry: Entry) -> tuple[Any, ...]:
    if isinstance(entry, ReportView):
        return (_REPORT, *_report_row(entry))
    if isinstance(entry, SetConfig):
        return (_SET_CONFIG, *_config_row(entry.config))
    if isinstance(entry, SetAdviser):
        return (_SET_ADVISER, entry.sha256)
    if isinstance(entry, TouchAlerts):
        return (_TOUCH, list(entry.alert_ids), entry.at)
    if isinstance(entry, Teaching):
        return (_TEACHING_TAG_OF[type(entry)], entry)
    return (_TAG_OF[type(entry)], entry.cluster, entry.at)


def _entry(row: list[Any]) -> Entry:
    tag, *values = row
    if tag == _REPORT:
        values[_SIGNAL] = _SIGNALS[values[_SIGNAL]]
        values[_SEVERITY] = _SEVERITIES[values[_SEVERITY]]
        values[_DOMAINS] = tuple(values[_DOMAINS])
        if values[_POSITION:] and values[_POSITION] is not None:  # older rows end before it
            values[_POSITION] = tuple(values[_POSITION])
        return ReportView(*values)
    if tag == _SET_CONFIG:
        return SetConfig(ClusteringConfig(*values))
    if tag == _SET_ADVISER:
        return SetAdviser(*values)
    if tag == _TOUCH:
        return TouchAlerts(tuple(values[0]), values[1])
    if tag in _TEACHINGS:
        return msgspec.convert(values[0], _TEACHINGS[tag])
    return _COMMANDS[tag](*values)
