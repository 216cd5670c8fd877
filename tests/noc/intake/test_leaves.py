"""Each value of a body is found again by the expression that is shown for it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.noc.intake.expressions import compiled
from watchfloor.noc.intake.fields import shown
from watchfloor.noc.intake.leaves import Leaves

NAMES = st.one_of(
    st.text(max_size=8), st.sampled_from(["items", "keys", "__class__", "a.b", "not"])
)
VALUES = st.one_of(st.text(max_size=12), st.integers(), st.booleans(), st.none())
BODIES = st.recursive(
    st.dictionaries(NAMES, VALUES, max_size=4),
    lambda below: st.one_of(
        st.dictionaries(NAMES, st.one_of(VALUES, below, st.lists(below, max_size=3)), max_size=4),
        st.lists(st.one_of(VALUES, below), max_size=3),
    ),
    max_leaves=8,
)


def at(body: Any, path: str) -> Any:
    for name in path.split("."):
        body = body[name]
    return body


@settings(max_examples=60)
@given(BODIES)
def test_each_expression_finds_the_value_beside_it(body: Any) -> None:
    lines = Leaves.of(body, "").lines()
    lists = [""] if isinstance(body, list) else ["", *(one.items for one in lines if one.items)]

    for items in lists:
        alerts = at(body, items) if items else body
        item = alerts[0] if isinstance(alerts, list) and alerts else alerts
        for line in Leaves.of(body, items).lines():
            if line.expression:
                value = compiled(line.expression)({"item": item, "body": body})
                assert shown(value) == line.shown, line


def test_what_lies_in_the_list_of_alerts_is_said_of_one_alert_and_the_rest_of_the_body() -> None:
    body = {"at": 5, "data": {"rows": [{"t": "A", "tags": ["x"]}, {"t": "B"}]}}

    lines = Leaves.of(body, "data.rows").lines()

    assert [one.expression for one in lines if one.expression] == [
        "body.at", "item.t", "item.tags[0]",
    ]  # fmt: skip
    assert [one.items for one in lines if one.items is not None] == ["data.rows"]
