"""Tables as spreadsheets of other countries write them mean the same as ours."""

from __future__ import annotations

from datetime import date

import pytest
from ninja import Schema
from pydantic import AliasChoices, Field, ValidationError

from watchfloor.platform.errors import Invalid
from watchfloor.platform.importing import WRITE_DAYS, faults_of, fields_of, passed_over, read_csv


class Place(Schema):
    code: str
    latitude: float | None = Field(None, validation_alias=AliasChoices("latitude", "lat"))
    people: str = ""
    valid_until: date | None = None


def read(text: str) -> list[dict[str, str]]:
    return read_csv(text, what="places", needs=("code",), spec=Place)


OURS = [
    {"code": "a", "lat": "48.8566", "people": "7,8", "valid_until": "2026-12-01"},
    {"code": "b; c", "lat": "-2.5"},
]


@pytest.mark.parametrize(
    "text",
    [
        'code,lat,people,valid_until\na,48.8566,"7,8",2026-12-01\nb; c,-2.5,,\n',
        '\ufeffCode;Lat;People;Valid until\r\na;48,8566;7,8;01.12.2026\r\n"b; c";-2,5;;\r\n',
        'sep=;\nCODE;LAT;PEOPLE;VALID-UNTIL\na;48,8566;7,8;1.12.2026\n"b; c";\'-2,5;;\n',
        " Code \tLat\tPeople\tvalidUntil\na\t48,8566\t7,8\t2026-12-01\nb; c\t-2,5\n",
    ],
    ids=["ours", "a German Excel", "one that says its delimiter", "pasted cells"],
)
def test_the_same_table_from_anywhere_is_the_same(text: str) -> None:
    assert read(text) == OURS


def test_what_is_no_such_table_is_refused_with_what_it_has_and_what_it_lacks() -> None:
    for text, cure in (
        ("Codice;Sito\na;b\n", "add a column: code; its first line has 'Codice', 'Sito'"),
        ("", "add a column: code; its first line has nothing"),
        ("code,Code\na,b\n", "'code' and 'Code' are one column"),
        ("code,lat\na,48,8566\n", "row 1 has more cells than there are heads"),
    ):
        with pytest.raises(Invalid) as refused:
            read(text)
        assert refused.value.fields["csv"].startswith(cure)


def test_a_day_that_may_be_two_is_refused_and_an_unknown_field_is_told_with_the_nearest() -> None:
    rows = read("code;valid until;latitud;shoe\na;1/12/2026;48,1;9\n")
    with pytest.raises(ValidationError) as refused:
        Place.model_validate(rows[0])
    [fault] = faults_of("place", 1, refused.value)
    assert (fault.field, WRITE_DAYS in fault.message) == ("valid_until", True)
    assert "'1/12/2026'" in fault.message
    assert list(passed_over("place", rows, fields_of(Place))) == [
        "No field of a place is called 'latitud': it was passed over; did you mean 'latitude'?",
        "No field of a place is called 'shoe': it was passed over",
    ]
