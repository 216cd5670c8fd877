from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pure.correlation.misspelling import misspell, sites
from watchfloor.aiops.correlation.likeness import likeness, take_apart, typing_errors
from watchfloor.aiops.correlation.names import How, NameEntry, NameIndex


def site(name, code="", **fields):
    return NameEntry(id=fields.pop("id", name), kind="site", code=code or name, name=name, **fields)


def matched(text, *names):
    return NameIndex([site(name) for name in names]).match(text, "site")


def test_a_code_is_known_whatever_its_case():
    index = NameIndex([site("Harbor Point", code="S005")])

    assert index.match(" s005 ", "site").how is How.CODE
    assert index.match("S-5", "site").id == "Harbor Point"


def test_an_alias_is_as_good_as_the_name():
    index = NameIndex([site("Harbor Point", aliases=("the old pier",))])

    assert index.match("The Old Pier", "site").how is How.ALIAS


@pytest.mark.parametrize(
    "text",
    [
        "harbor logistics park 12",
        "HARBOUR LOGISTICS PARK 12",
        "Harbor Logistcs Park 12",
        "Harbro Logistics Park 12",
        "Logistics Park Harbor 12",
        "Harbor-Logistics_Park-012",
        "HarborLogisticsPark12",
        "Harbor Logistics Pk 12",
        "Harbor Log Park 12",
        "Harbor Logistics 12",
        "Harbor Logistics Park Building 12",
        "Hárbor Logistics Park 12",
    ],
)
def test_misspelt_and_shortened_names_are_recognised(text):
    match = matched(text, "Harbor Logistics Park 12", "Falcon Tower 12", "Harbor Logistics Park 11")

    assert match.id == "Harbor Logistics Park 12"


@pytest.mark.parametrize(
    "text",
    [
        "Harbor 12",
        "Harbor 1",
        "Harbor",
        "Harbor 111",
        "Harbor 11 B",
        "North Harbor 11",
        "Garbor 11 Annex",
        "Maple 11",
    ],
)
def test_names_that_differ_in_a_number_or_a_word_are_not_taken(text):
    assert matched(text, "Harbor 11").id is None


def test_gate_a_is_not_gate_b_nor_north_south():
    assert matched("Gate A", "Gate B").id is None
    assert matched("North Gate Terminal", "South Gate Terminal").id is None
    assert matched("Southern Terminal", "Northern Terminal").id is None


def test_a_word_of_the_inventory_is_never_an_error_for_another_one():
    assert matched("Marlow House", "Barlow House", "Marlow Mill").id is None


def test_two_that_are_near_go_to_a_person_with_both_named():
    match = matched("Harbor Logistics", "Harbor Logistics Park", "Harbor Logistics Hub")

    assert (match.id, match.how) == (None, How.REVIEW)
    assert {id_ for id_, _ in match.candidates} == {"Harbor Logistics Park", "Harbor Logistics Hub"}


def test_one_name_for_two_sites_is_for_a_person():
    index = NameIndex([site("Depot", id="a", code="S1"), site("Depot", id="b", code="S2")])

    assert index.match("Depot", "site").how is How.REVIEW


def test_an_unknown_name_is_unmatched():
    assert matched("Zeppelin Field", "Harbor Point").how is How.NONE
    assert matched("", "Harbor Point").how is How.NONE


def test_a_device_is_looked_for_inside_its_site():
    index = NameIndex(
        NameEntry(id=f"{place}/{n}", kind="device", code=f"camera-{n}", parent=place)
        for place in ("S1", "S2")
        for n in (1, 2)
    )

    assert index.match("Camera 2", "device", within="S2").id == "S2/2"
    assert index.match("camra 2", "device", within="S1").id == "S1/2"
    assert index.match("camera-2", "device").how is How.REVIEW
    assert index.match("camera-2", "device", within="S9").how is How.REVIEW


WORDS = st.text("abcdefgh", min_size=1, max_size=8)


@given(WORDS, WORDS)
def test_typing_errors_are_the_same_both_ways_and_none_for_the_same_word(one, other):
    assert typing_errors(one, other, 3) == typing_errors(other, one, 3)
    assert typing_errors(one, one, 0) == 0


@given(st.lists(WORDS, min_size=1, max_size=4), st.integers(0, 99), st.integers(0, 99))
def test_a_name_is_wholly_like_itself_and_not_at_all_like_another_number(words, one, other):
    name, numbered = " ".join(words), take_apart(f"{' '.join(words)} {one}")

    score = likeness(numbered, take_apart(f"{name} {other}"), frozenset())

    assert score == (1.0 if one == other and numbered.words else 0.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_500_sites_and_20_000_alarms_with_15_percent_misspelt(seed):
    rng = Random(seed)  # noqa: S311 (repeatable on purpose)
    everything = sites(500, rng)
    index = NameIndex(everything)
    right = wrong = 0
    for _ in range(20_000):
        meant = rng.choice(everything)
        text = misspell(meant.name, rng) if rng.random() < 0.15 else meant.name
        found = index.match(text, "site").id
        right += found == meant.id
        wrong += found not in (meant.id, None)

    assert wrong == 0
    assert right / 20_000 >= 0.98


def test_sites_that_are_not_in_the_inventory_are_never_taken_for_others():
    rng = Random(4)  # noqa: S311 (repeatable on purpose)
    everything = sites(500, rng)
    index, unknown = NameIndex(everything[:450]), everything[450:]

    taken = [
        found.id
        for meant in unknown
        for _ in range(20)
        if (found := index.match(misspell(meant.name, rng), "site")).id
    ]

    assert taken == []
