"""A surname tells who is meant without the rest of the name, and places keep their names."""

from __future__ import annotations

import html
import json
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.privacy.erasing import Eraser
from watchfloor.aiops.privacy.finder import Finder
from watchfloor.aiops.privacy.names import Mask
from watchfloor.aiops.privacy.words import words_of

PEOPLE = (
    "Marguerite Dufresnoy", "Wraxall, Tom", "NOWICKI Pawel", "Dr. Ada Quillfeather Jr.",
    "Grace Hill", "Max Power", "Bo Lee", "Peter Gates", "Ann van der Berg", "Séamus O'Brien",
    "María de la Cruz", "Jo Smith-Jones", "Lena Groß", "राहुल शर्मा", "Ian Post", "Will Park",
)  # fmt: skip
PLACES = ("Harbour Hill", "Wraxall Depot", "CAM-HILL-3", "Radio of Marguerite Dufresnoy")
MASK = Mask(PEOPLE, heard=["Front Lodgekeeper"], places=PLACES)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Mr Quillfeather, Quillfeather's key", "Mr Q•••, Q•••'s key"),
        ("M. Dufresnoy or DUFRESNOY or Mme Dufresnoy", "M. D••• or D••• or Mme D•••"),
        ("mr dufresnoy, not a dufresnoy", "mr d•••, not a dufresnoy"),
        ("Mrs. Wraxall is at Wraxall Depot", "Mrs. W••• is at Wraxall Depot"),
        ("guard: Nowicki; Supervisor:Hill; Sgt Lee", "guard: N•••; Supervisor:H•••; Sgt L•••"),
        ("Mr G. Hill, Mr G Hill, G. Hill, Hill, G.", "Mr G. H•••, Mr G H•••, G. H•••, H•••, G."),
        ("van der Berg, Berg and Frau Berg", "v••• d••• B•••, B••• and Frau B•••"),
        ("O'Brien, Brien", "O••• B•••, B•••"),
        ("MR O\N{RIGHT SINGLE QUOTATION MARK}BRIEN", "MR O••• B•••"),
        ("Señora de la Cruz, Cruz, Señor Cruz", "Señora d••• l••• C•••, C•••, Señor C•••"),
        ("Smith-Jones, Ms Smith and Jones", "S••• J•••, Ms S••• and J•••"),
        ("Officer Marguerite, Miss Grace", "Officer M•••, Miss G•••"),
        ("Herr GROSS und Groß", "Herr G••• und G•••"),
        ("शर्मा, राहुल शर्मा", "श•••, र••• श•••"),
        ("Ada Quillfeather and Quillfeather, Ada", "A••• Q••• and Q••• A•••"),
        ("Guard Gates at the Gates", "Guard G••• at the Gates"),
    ],
)  # fmt: skip
def test_a_surname_alone_is_found_as_people_write_it(text: str, masked: str) -> None:
    assert MASK.text(text) == masked
    assert MASK.text(normalize("NFD", text)) == normalize("NFD", masked)


@pytest.mark.parametrize(
    "text",
    [
        "Harbour Hill: gate open, CAM-HILL-3 is dark",
        "Power failed: POWER_LOSS, DUFRESNOY_LOSS",
        "The Post at Park Gates, Guard Post 3, Officer Down",
        "Lee of the wind, a cruz, le groß",
        "Grace and Marguerite went up the Hill",
        "guards miss hill and post; dr, mr and sir",
        "Lodgekeeper of the front",
    ],
)
def test_what_may_be_no_person_stays_readable(text: str) -> None:
    assert MASK.text(text) == text


def test_who_is_only_heard_of_is_found_in_full_or_after_a_title() -> None:
    assert MASK.text("Front Lodgekeeper, Mr Lodgekeeper") == "F••• L•••, Mr L•••"


def test_markup_and_values_hide_surnames_in_what_they_say() -> None:
    page = '<p class="Dufresnoy" title="Dufresnoy" data-who="Mr Hill">Mr {}</p>'
    masked = MASK.markup(page.format(html.escape("O'Brien")))
    assert masked.startswith('<p class="Dufresnoy" title="D•••" data-who="Mr H•••">Mr O•••')
    assert "Brien" not in masked
    nested = MASK.value({"note": json.dumps({"by": "Mr Groß, Dufresnoy"})})["note"]
    assert "Gro" not in nested
    assert "Dufresnoy" not in nested
    lines = json.dumps("on post:\nGrace Hill\nDufresnoy\tMr Hill")
    assert MASK.text(lines) == '"on post:\\nG••• H•••\\nD•••\\tMr H•••"'


def test_whom_one_may_read_keeps_a_surname_that_others_bear() -> None:
    mask = Mask(["Ann Dufresnoy", "Tom Wraxall"], spared=["Paul Dufresnoy", "Wraxall Lind"])
    text = "Paul Dufresnoy, Mr Dufresnoy, Ann Dufresnoy, Wraxall, Mr Wraxall"
    assert mask.text(text) == "Paul Dufresnoy, Mr Dufresnoy, A••• D•••, Wraxall, Mr W•••"


def test_who_is_erased_leaves_no_surname_and_takes_that_of_nobody_else() -> None:
    eraser = Eraser("P1", "erased-1", ["Marguerite Dufresnoy"], others=["Ann Hill"], places=PLACES)
    told = {"who": ["Mrs Dufresnoy", "Marguerite Anne Dufresnoy"], "where": "Harbour Hill"}
    assert eraser.value(told) == {
        "who": ["Mrs D•••", "Marguerite Anne D•••"], "where": "Harbour Hill"
    }  # fmt: skip
    same = ["M. Dufresnoy", "Mrs Dufresnoy", "Marguerite Anne Dufresnoy", ""]
    eraser = Eraser("P1", "erased-1", ["Marguerite Dufresnoy"], others=same)
    assert eraser.text("Mrs Dufresnoy") == "Mrs D•••"
    shared = Eraser("P2", "erased-2", ["Paul Hill"], others=["Ann Hill"])
    assert shared.text("Mr Hill, Ann Hill, Paul Hill") == "Mr Hill, Ann Hill, P••• H•••"


LETTERS = st.text(st.characters(whitelist_categories=["Lu", "Ll"]), min_size=4, max_size=9)


@given(LETTERS.map(str.title), st.text(max_size=30), st.text(max_size=30))
def test_no_surname_is_left_after_a_title_in_any_text(name: str, before: str, after: str) -> None:
    mask = Mask([f"Ann {name}"])
    for text in (f"{before} Mrs {name} {after}", normalize("NFD", f"{before} Mrs {name} {after}")):
        assert f"Mrs {name}" not in normalize("NFC", mask.text(text))


@given(st.text(max_size=60))
def test_what_is_found_are_words_of_the_text(text: str) -> None:
    found = [word[0] for span in Finder(PEOPLE).spans(text, alone=True) for word in span]
    assert set(found) <= set(words_of(text))
