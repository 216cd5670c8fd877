"""What senders are told: by default in our own form, elsewhere in the form of their tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from watchfloor.aiops.alerts.report import Report
from watchfloor.noc.intake.reads import Noted, Refused, Rejected
from watchfloor.noc.intake.store import Row

_ENCODER = msgspec.json.Encoder()
JSON = b"application/json"
PROBLEM = b"application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a body: rows on disk in order, and the items that were not taken."""

    rows: Sequence[Row]
    rejected: Sequence[Rejected]
    noted: Sequence[Noted] = ()

    @property
    def all_bad(self) -> bool:
        return bool(self.rejected) and not self.rows


class Event(msgspec.Struct):
    event_id: str
    dedup_key: str | None


class Taken(msgspec.Struct):
    accepted: int
    rejected: Sequence[Rejected]
    events: list[Event]


class NoneTaken(Taken):
    code: str
    message: str


def answer(outcome: Outcome) -> Answer:
    """Return our own answer: 202, or 400 where every item was bad (413: one, too large)."""
    events = [Event(dashed(row.answer), dedup_key_of(row) or None) for row in outcome.rows]
    if not outcome.all_bad:
        return Answer(202, _ENCODER.encode(Taken(len(events), outcome.rejected, events)))
    first = outcome.rejected[0]
    alone = len(outcome.rejected) == 1
    message = first.errors[0].message if alone else "nothing of the body could be taken"
    status = first.status if alone else 400
    code = "too_large" if status == 413 else "invalid"
    problem = NoneTaken(0, outcome.rejected, [], code, message)
    return Answer(status, _ENCODER.encode(problem), PROBLEM)


def dedup_key_of(row: Row) -> str:
    return row.report.dedup_key if isinstance(row.report, Report) else ""


def refusal(refused: Refused) -> Answer:
    body = {"code": refused.code, "message": refused.message, "status": refused.status}
    return Answer(refused.status, _ENCODER.encode(body), PROBLEM, headers_of(refused))


def headers_of(refused: Refused) -> tuple[tuple[bytes, bytes], ...]:
    if refused.retry_after is not None:
        return ((b"retry-after", str(refused.retry_after).encode()),)
    if refused.status == 401:
        return ((b"www-authenticate", b'Bearer realm="watchfloor", Basic realm="watchfloor"'),)
    if refused.status == 405:
        return ((b"allow", b"POST"),)
    if refused.status == 415:
        return ((b"accept-encoding", b"gzip, deflate"),)
    return ()


def as_json(value: Any) -> bytes:
    return _ENCODER.encode(value)


def dashed(event_id: str) -> str:
    return f"{event_id[:8]}-{event_id[8:12]}-{event_id[12:16]}-{event_id[16:20]}-{event_id[20:]}"


async def send_answer(send: Any, reply: Answer, request_id: str) -> None:
    headers = [
        (b"content-type", reply.content_type),
        (b"content-length", str(len(reply.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", request_id.encode()),
        *reply.headers,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
