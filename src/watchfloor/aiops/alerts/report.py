"""One thing a sender sent, in the one form that everything behind the intake reads."""

from __future__ import annotations

import msgspec

from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.types import Seconds, Severity, Signal


class Report(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one sender said once, normalised and nothing added.

    Stored as a msgpack array in field order: new fields go to the end and have a default, so that
    rows written by an older or a newer version stay readable.
    """

    event_id: str
    """UUIDv7 as 32 hex digits, made at the intake."""
    integration: int
    received_at: Seconds
    alert_type: str
    """As sent; compare by `canonical_type`."""
    status: Signal = Signal.FIRING
    severity: Severity = Severity.MEDIUM
    severity_given: str = ""
    timestamp: Seconds | None = None
    """When it happened, as claimed by the sender; the stream clock decides what is believed."""
    source: str = ""
    client: str = ""
    site: str = ""
    entity_type: str = ""
    entity_id: str = ""
    device: str = ""
    person: str = ""
    message: str = ""
    dedup_key: str = ""
    key_is_identity: bool = False
    """The sender's protocol makes the key the alert's identity (PagerDuty, Alertmanager);
    otherwise the key is a hint."""
    sender_id: str | None = None
    """The sender's own id of this report, as sent."""
    identity: str | None = None
    """What makes a repeated delivery the same report, within its integration."""
    is_touch: bool = False
    """A repeat of a known identity: moves the expiry, counts nothing."""
    expires_at: Seconds | None = None
    """The end that the sender itself announced, such as Prometheus' endsAt."""
    silence: Seconds | None = None
    """Seconds without a re-send after which this sender means that it is over."""
    labels: dict[str, str] = {}


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Report)


def encode(report: Report) -> bytes:
    return _ENCODER.encode(report)


def decode(row: bytes) -> Report:
    """Return the report of an intake row. Raises: ReportError if the row is damaged."""
    try:
        return _DECODER.decode(row)
    except msgspec.MsgspecError as error:
        raise ReportError(f"the stored report is damaged: {error}") from error
