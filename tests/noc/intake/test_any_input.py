"""Whatever is sent, every item is either taken or refused by its index, and can be stored."""

import json
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.report import Report, decode
from watchfloor.noc.intake import answers, native
from watchfloor.noc.intake.answers import Outcome
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.dialects import DOORS, Dialect
from watchfloor.noc.intake.reads import Read, Refused, Rejected
from watchfloor.noc.intake.store import row_of
from watchfloor.platform.accounts.keys import KeyInfo

KEY = KeyInfo(UUID(int=1), tenant_id=1, integration_id=1, scopes=frozenset({"ingest"}))
ARRIVAL = Arrival(KEY, 1_772_417_350.0)

NAMES = st.sampled_from(
    [
        "id",
        "source",
        "alert_type",
        "severity",
        "status",
        "client",
        "site",
        "entity_type",
        "entity_id",
        "device",
        "person",
        "message",
        "timestamp",
        "dedup_key",
        "labels",
        "annotations",
        "startsAt",
        "endsAt",
        "fingerprint",
        "alerts",
        "values",
        "event_action",
        "payload",
        "summary",
        "custom_details",
        "routing_key",
        "ruleId",
        "ruleName",
        "state",
        "tags",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(["HIGH", "PANIC", "firing", "resolved", "trigger", "resolve", "1970-01-01"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip
ALERTS = st.dictionaries(NAMES | st.text(max_size=8), VALUES, max_size=12)


def checked(reads: list[Read]) -> None:
    """Each read can be stored and told."""
    rows = [row_of(r, 1, is_urgent=False) for r in reads if isinstance(r, Report)]
    for row in rows:
        assert decode(row.body) == row.report
        assert not any("\x00" in text for text in texts_of(row.report)), "no column can hold it"
    bad = [r for r in reads if isinstance(r, Rejected)]
    msgspec.json.decode(answers.answer(Outcome(rows, bad)).body)


def texts_of(report: Report) -> list[str]:
    fields = [getattr(report, name) for name in report.__struct_fields__]
    texts = [value for value in fields if isinstance(value, str)]
    return [*texts, *report.labels, *report.labels.values()]


def as_json(value: Any) -> bytes:
    return json.dumps(value, allow_nan=True).encode()


@given(st.lists(ALERTS | VALUES, max_size=6))
def test_every_item_of_an_array_is_taken_or_refused(items: list[Any]) -> None:
    body = as_json(items)
    reads = list(native.parse(body, ARRIVAL))
    assert len(reads) == len(items)
    assert [r.index for r in reads if isinstance(r, Rejected)] == [
        n for n, r in enumerate(reads) if isinstance(r, Rejected)
    ]
    checked(reads)


@given(st.lists(ALERTS, min_size=2, max_size=6))
def test_every_line_is_taken_or_refused(items: list[Any]) -> None:
    reads = list(native.parse(b"\n".join(map(as_json, items)), ARRIVAL))
    assert len(reads) in (1, len(items))
    checked(reads)


@given(
    st.binary(max_size=80) | st.text(alphabet='{}[]",:\\u0019ea \n', max_size=80).map(str.encode)
)
def test_any_bytes_have_an_answer(body: bytes) -> None:
    for door in DOORS.values():
        answered(door.dialect, body)


@given(VALUES | ALERTS | st.fixed_dictionaries({"alerts": st.lists(ALERTS, max_size=4)}))
def test_any_json_has_an_answer_at_every_door(value: Any) -> None:
    for door in DOORS.values():
        answered(door.dialect, as_json(value))


def answered(dialect: Dialect, body: bytes) -> None:
    """Nothing but `Refused` may come out of a dialect."""
    with suppress(Refused):
        checked(list(dialect.parse(body, ARRIVAL)))
