"""A configuration is a document: what it changes is read back, what it gets wrong is named."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.configuration import SHIPPED, Configuration, decode, encode, settings
from watchfloor.aiops.errors import ConfigError


def test_a_document_says_what_differs_and_the_rest_is_as_shipped() -> None:
    read = decode(b'{"clustering": {"idle_gap": 900}}')

    assert read.clustering.idle_gap == 900
    assert read.clustering.span_cap == SHIPPED.clustering.span_cap
    assert encode(read) == {"clustering": {"idle_gap": 900}}


def test_what_is_shipped_is_the_empty_document() -> None:
    assert encode(Configuration()) == {}
    assert decode({}) == SHIPPED


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (b"{", "no JSON"),
        (b"[]", "must look like"),
        ({"grouping": {}}, "no part 'grouping'; there are clustering"),
        ({"clustering": 3}, "clustering must be an object"),
        ({"clustering": {"idle": 3}}, "clustering has no 'idle'; it has"),
        ({"clustering": {"idle_gap": "soon"}}, r"clustering\.idle_gap: .*from 60 to 86400"),
        ({"clustering": {"idle_gap": 1}}, r"clustering\.idle_gap is 1: .* from 60 to 86400"),
        ({"alerts": {"flap_start": 99}}, r"alerts\.flap_start is 99: .* from 3 to 20"),
        ({"clustering": {"idle_gap": float("nan")}}, r"clustering\.idle_gap"),
        ({"clustering": {"RANGES": {}}}, "clustering has no 'RANGES'"),
    ],
)
def test_a_faulty_document_is_refused_by_field_and_range(document: Any, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        decode(document)


@given(st.floats(0.0, 1.0), st.integers(0, 200))
def test_every_value_within_its_range_comes_back_as_it_was(share: float, place: int) -> None:
    every = list(settings(SHIPPED))
    one = every[place % len(every)]
    value: float = one.low + share * (one.high - one.low)
    changed = {one.name: int(value) if one.is_whole else value}
    if one.name in {"idle_gap", "span_cap"}:
        changed = {"idle_gap": 60, "span_cap": 3600} | changed  # one may not exceed the other
        changed["span_cap"] = max(changed["span_cap"], changed["idle_gap"])

    read = decode({"clustering": changed})

    assert decode(msgspec.json.encode(encode(read))) == read


def test_settings_carry_unit_range_and_what_is_shipped() -> None:
    gap = next(one for one in settings(decode({"clustering": {"idle_gap": 900}})))

    assert (gap.name, gap.unit, gap.value, gap.shipped) == ("idle_gap", "s", 900, 1800)
    assert gap.low <= gap.value <= gap.high
