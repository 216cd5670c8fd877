"""What a tenant's noise memory holds, and how a checkpoint keeps it."""

from __future__ import annotations

import zlib
from math import inf

import msgspec

from watchfloor.aiops.errors import CheckpointError
from watchfloor.aiops.noise.inhibition import Losses
from watchfloor.aiops.noise.lately import Lately
from watchfloor.aiops.noise.patterns import Pattern
from watchfloor.aiops.types import Seconds

_MAGIC = "watchfloor.noise"
_VERSION = 2


class Life(msgspec.Struct, array_like=True, gc=False):
    """An alert that is not over, or not for long."""

    alert_type: str
    entity: str
    site: str
    first: Seconds
    last: Seconds
    expires_at: Seconds
    due: Seconds
    """When to look at it again."""
    reports: int = 1
    ended_at: Seconds = inf
    touched_at: Seconds = inf
    """When a person first did something about it."""
    was_alone: bool = False
    """Nothing corroborated it when it began."""
    has_company: bool = False
    in_rush: bool = False
    """It began when its type came in a rush."""
    is_settled: bool = False
    times_kept: int = 0
    """So often in a row, this time included, nobody was told of it."""


class State(msgspec.Struct, array_like=True):
    """What a checkpoint holds."""

    clock: Seconds = -inf
    began: Seconds = inf
    patterns: dict[str, Pattern] = msgspec.field(default_factory=dict)
    lives: dict[str, Life] = msgspec.field(default_factory=dict)
    lately: Lately = msgspec.field(default_factory=Lately)
    losses: Losses = msgspec.field(default_factory=Losses)
    prune_at: Seconds = -inf


class _Checkpoint(msgspec.Struct, array_like=True):
    magic: str
    version: int
    state: State


_body = msgspec.msgpack.Decoder(_Checkpoint)


def pack(state: State) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(_Checkpoint(_MAGIC, _VERSION, state)), 1)


def unpack(data: bytes) -> State:
    """Return what `pack` was given. Raises: CheckpointError."""
    try:
        found = _body.decode(zlib.decompress(data))
    except (zlib.error, msgspec.MsgspecError) as error:
        raise CheckpointError(f"the noise memory cannot be read: {error}") from error
    if (found.magic, found.version) != (_MAGIC, _VERSION):
        raise CheckpointError("the noise memory is of another version")
    return found.state
