"""Events and facts on disk, and events as senders write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import inspect

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.operation.events import STREAMS, Event, Moment
from watchfloor.aiops.operation.facts.subject import Facts, Opened
from watchfloor.aiops.types import Seconds

F = TypeVar("F", bound=Facts)


class Arrived(NamedTuple):
    """An event as it came in. `is_history`: it is to be recorded, and to raise nothing."""

    event_id: str
    """UUIDv7 as 32 hex digits, made at the intake."""
    stream: str
    integration: int
    received_at: Seconds
    event: Event
    is_history: bool = False
    is_bound: bool = False
    """Its key may speak of things of the site that it names only."""
    identity: str | None = None
    """What makes a repeated delivery the same event, within its integration. Not stored."""


class _Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """As stored. New fields go to the end and have a default."""

    event_id: str
    stream: str
    integration: int
    received_at: Seconds
    event: msgspec.Raw
    is_history: bool = False
    is_bound: bool = False


class Fault(NamedTuple):
    """What is wrong with one field, and the cure. `pointer` is a JSON pointer into the event."""

    pointer: str
    message: str


class EventError(ReportError):
    """An event cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _hook(kind: type, value: Any) -> Any:
    """Read what msgspec does not know: times."""
    if kind is not Moment:
        raise NotImplementedError(kind)
    time = parse_timestamp(value)
    if time is None:
        raise ReportError("is empty: send ISO 8601 (2026-01-05T02:09:00Z) or leave it out")
    return Moment(time)


_READERS = {
    name: msgspec.json.Decoder(kind, dec_hook=_hook, strict=False) for name, kind in STREAMS.items()
}
_TAKERS = {name: msgspec.msgpack.Decoder(kind, dec_hook=_hook) for name, kind in STREAMS.items()}
_ENCODER = msgspec.msgpack.Encoder(enc_hook=float)
_ROW = msgspec.msgpack.Decoder(_Row)
_DAMAGED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What a decoder raises for bytes that are no longer what was written."""

_MISSING = re.compile(r"missing required field `(\w+)`")
_AT = re.compile(r" - at `\$\.?([^`]*)`$")
_UNKNOWN, _EMPTY = "invalid value ", ("of length >= 1", "matching regex")
_WORDS = {
    "float": "a number", "int": "a whole number", "str": "text", "bool": "true or false",
    "object": "a JSON object",
}  # fmt: skip
_NAMED = re.compile(r"(\w+): ")
"""How events name a field that does not fit the others."""
_TYPE = re.compile(r"`(\w+)(?: \| null)?`")


def read(stream: str, raw: bytes) -> Event:
    """Return the event of one JSON object. Raises: EventError, naming the field and the cure."""
    try:
        return _READERS[stream].decode(raw)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise EventError(_with_choices(stream, _fault(str(error)))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EventError(Fault("", f"{error}: send a JSON object")) from None


class _Streamed(msgspec.Struct, frozen=True, gc=False):
    stream: str


_STREAM = msgspec.json.Decoder(_Streamed)


def stream_of(raw: bytes) -> str:
    """Return the stream that one JSON object names. Raises: EventError."""
    try:
        stream = _STREAM.decode(raw).stream
    except msgspec.ValidationError as error:
        raise EventError(_fault(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EventError(Fault("", f"{error}: send a JSON object")) from None
    if stream not in STREAMS:
        raise EventError(Fault("/stream", f"stream: {_one_of(STREAMS)}"))
    return stream


def encode(arrived: Arrived) -> bytes:
    event = msgspec.Raw(_ENCODER.encode(arrived.event))
    return _ENCODER.encode(_Row(*arrived[:4], event, arrived.is_history, arrived.is_bound))


def decode(row: bytes) -> Arrived:
    """Return the event of an intake row. Raises: ReportError if the row is damaged."""
    try:
        stored = _ROW.decode(row)
        event = _TAKERS[stored.stream].decode(stored.event)
    except (*_DAMAGED, KeyError) as error:
        raise ReportError(f"the stored event is damaged: {error}") from error
    place = (stored.event_id, stored.stream, stored.integration, stored.received_at)
    return Arrived(*place, event, stored.is_history, stored.is_bound)


def content(event: Event) -> bytes:
    """Return what the event says, in one spelling."""
    return _ENCODER.encode(event)


def shown(event: Event) -> str:
    """Return an event as JSON, for people."""
    return msgspec.json.encode(event, enc_hook=float).decode()


def pack(facts: Facts) -> bytes:
    return _ENCODER.encode(facts)


def unpack(kind: type[F], blob: bytes) -> F:
    """Return the facts of a blob. Raises: ReportError if it is damaged."""
    try:
        return msgspec.msgpack.decode(blob, type=kind)
    except _DAMAGED as error:
        raise ReportError(f"the stored facts are damaged: {error}") from error


class _LeftOpen(msgspec.Struct):
    """What the engine keeps in facts of any kind."""

    open: dict[str, Opened] = {}
    clock: Seconds = 0.0


def learnt_anew(kind: type[F], code: str, blob: bytes) -> F:
    """Return facts of a subject of which nothing is known, but what damaged ones left open."""
    try:
        left = msgspec.msgpack.decode(blob, type=_LeftOpen)
    except _DAMAGED:
        return kind(code=code)
    return kind(code=code, open=left.open, clock=left.clock)


def _fault(message: str) -> Fault:
    """Put the validator's message in our words.

    >>> _fault("Object missing required field `site`")
    Fault(pointer='/site', message='site is missing: send it')
    >>> _fault("Expected `float`, got `str` - at `$.loss`")
    Fault(pointer='/loss', message='loss: expected a number, got text')
    """
    at = _AT.search(message)
    path = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", at[1]).strip(".") if at else ""
    text = _AT.sub("", message)
    if missing := _MISSING.search(text):
        name = f"{path}.{missing[1]}".strip(".")
        return Fault(_pointer(name), f"{name} is missing: send it")
    if any(words in text for words in _EMPTY):
        return Fault(_pointer(path), f"{path} is empty: send it")
    if not path and (named := _NAMED.match(text)):
        return Fault(_pointer(named[1]), text)
    said = _TYPE.sub(lambda found: _WORDS.get(found[1], found[1]), text)
    said = said[:1].lower() + said[1:].replace("enum value", "value")
    return Fault(_pointer(path), f"{path}: {said}" if path else said)


def _with_choices(stream: str, fault: Fault) -> Fault:
    """Say of a word that is not known which ones are."""
    if _UNKNOWN not in fault.message:
        return fault
    words = _choices(stream, fault.pointer.removeprefix("/"))
    return Fault(fault.pointer, f"{fault.message}: {_one_of(words)}")


def _choices(stream: str, name: str) -> list[str]:
    """Return the words that a field of the stream's events may hold."""
    shape = inspect.type_info(STREAMS[stream])
    kinds = shape.types if isinstance(shape, inspect.UnionType) else (shape,)
    structs = [kind for kind in kinds if isinstance(kind, inspect.StructType)]
    tags = [str(kind.tag) for kind in structs if kind.tag_field == name]
    fields = (field.type for kind in structs for field in kind.fields if field.name == name)
    words = (kind.values for kind in fields if isinstance(kind, inspect.LiteralType))
    return tags + [str(word) for some in words for word in some]


def _one_of(words: Iterable[str]) -> str:
    return f"send one of {', '.join(words)}"


def _pointer(path: str) -> str:
    return "/" + path.replace(".", "/") if path else ""
