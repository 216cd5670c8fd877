"""Log lines: JSON, with the request they belong to, and without secrets."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from watchfloor.platform import logs
from watchfloor.platform.tracing import Trace, trace_scope

KEY = "abcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root, kept = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    stream = io.StringIO()
    logs.configure("test", stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers = kept
    root.setLevel(level)


def last(stream: io.StringIO) -> dict[str, object]:
    return json.loads(stream.getvalue().splitlines()[-1])


def test_a_line_says_when_where_and_for_which_request(lines):
    with trace_scope(Trace("the-request", "10.0.0.1")):
        structlog.get_logger("ours").info("done", count=3)

    line = last(lines)
    assert line["event"] == "done"
    assert (line["count"], line["process"], line["request_id"]) == (3, "test", "the-request")
    assert str(line["at"]).endswith("Z")


def test_lines_of_libraries_look_alike(lines):
    logging.getLogger("library").warning("odd %s", "thing")

    assert last(lines)["event"] == "odd thing"
    assert last(lines)["level"] == "warning"


@pytest.mark.parametrize(
    "said",
    [
        f"POST /k/{KEY}/ingest/grafana",
        f"Authorization: Bearer {KEY}",
        f"authorization: GenieKey {KEY}",
        f"GET /sign-in/link/{KEY}",
        f"GET /wall/{KEY}.json",
        f"connecting to postgresql://wf_app:{KEY}@/watchfloor",
    ],
)
def test_secrets_in_text_are_masked(lines, said):
    logging.getLogger("library").warning(said)

    assert KEY not in lines.getvalue()
    assert KEY[:28] not in lines.getvalue()


def test_a_key_in_an_address_is_known_by_its_last_four(lines):
    logging.getLogger("library").warning("POST /k/%s/ingest/grafana", KEY)

    assert "/k/***2345/ingest" in lines.getvalue()


def test_values_named_like_secrets_are_masked(lines):
    structlog.get_logger("ours").info("made", password="canary", key=KEY)

    assert "canary" not in lines.getvalue()
    assert KEY not in lines.getvalue()


def test_secrets_in_a_traceback_are_masked(lines):
    try:
        raise ValueError(f"bad address /k/{KEY}/x")
    except ValueError:
        structlog.get_logger("ours").exception("failed")

    assert "ValueError" in lines.getvalue()
    assert KEY not in lines.getvalue()


def test_a_line_break_in_a_value_cannot_begin_a_new_line(lines):
    structlog.get_logger("ours").info("said", text='a\n{"event": "forged"}')

    assert len(lines.getvalue().splitlines()) == 1
