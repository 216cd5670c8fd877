"""What is known of persons is masked wherever it stands, and nothing else is."""

from __future__ import annotations

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.privacy.names import Mask

MASK = Mask(
    ["Grace Hill", "Séamus O'Brien", "Ann van der Berg", "Zed"],
    ["+44 20 7946 0001", "112"],
    ["grace@example.com"],
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Grace Hill left the gate", "G••• H••• left the gate"),
        ("GRACE  HILL, hill grace", "G••• H•••, h••• g•••"),
        ("call Hill, Grace.", "call H••• G•••."),
        (
            "Séamus O'Brien, Séamus O\N{RIGHT SINGLE QUOTATION MARK}Brien",
            "S••• O••• B•••, S••• O••• B•••",
        ),
        ("Ann van der Berg is late", "A••• v••• d••• B••• is late"),
        ("Zed, zed and Zedekiah", "Z•••, zed and Zedekiah"),
        ("Grace at the top of the hill", "Grace at the top of the hill"),
        ("+44 (0)20 7946-0001 or 020 7946 0001", "••• or •••"),
        ("unknown: +49 170 1234567", "unknown: •••"),
        ("ring 112 in bay 12-34", "ring 112 in bay 12-34"),
        ("2026-03-02 06:00:00, INC-12345678", "2026-03-02 06:00:00, INC-12345678"),
        ("mail Grace@Example.com or ops@example.com", "mail ••• or ops@example.com"),
    ],
)
def test_free_text(text: str, masked: str) -> None:
    assert MASK.text(text) == masked


def test_markup_keeps_its_tags() -> None:
    name = html.escape("Séamus O'Brien")
    masked = MASK.markup(f'<p class="Zed" title="{name}">Zed, Grace Hill</p>')
    assert masked.startswith('<p class="Zed" title="S••• O•••')
    assert masked.endswith(">Z•••, G••• H•••</p>")
    assert "Brien" not in masked
    said = '<img class="Zed" alt="Zed at a gate" aria-label="call Zed" title=\'Zed\'>'
    masked = MASK.markup(said)
    assert masked == said.replace('"Zed at', '"Z••• at').replace("call Zed", "call Z•••")


def test_values_are_masked_at_any_depth() -> None:
    value = {"title": "Grace Hill", "more": [{"by": "Zed", "n": 3}], "none": None}
    assert MASK.value(value) == {
        "title": "G••• H•••",
        "more": [{"by": "Z•••", "n": 3}],
        "none": None,
    }


NAME = st.lists(
    st.text(st.characters(whitelist_categories=["Lu", "Ll"]), min_size=2, max_size=8),
    min_size=2,
    max_size=4,
).map(" ".join)


@given(NAME, st.text(max_size=30), st.text(max_size=30))
def test_no_name_of_several_words_is_left_in_any_text(name: str, before: str, after: str) -> None:
    mask = Mask([name])
    text = f"{before} {name} {after}"
    assert name.casefold() not in mask.text(text).casefold()
    assert html.escape(name) not in mask.markup(html.escape(text))
    assert name not in json.dumps(mask.value([text]), ensure_ascii=False)


@given(st.text(max_size=80))
def test_who_knows_nobody_changes_no_text_without_a_number(text: str) -> None:
    if "+" not in text:
        assert Mask([]).text(text) == text
