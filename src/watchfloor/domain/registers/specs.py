"""What a row of a register must look like when it comes from outside; API and import share it."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, AliasChoices, BeforeValidator, ConfigDict, Field


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def split(value: object) -> object:
    """Return the parts of a cell with commas between."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("send text without NUL")
    return text


Text = Annotated[str, AfterValidator(_no_nul)]
Code = Annotated[Text, BeforeValidator(_text), Field(min_length=1, max_length=100)]
Name = Annotated[Text, Field(max_length=200)]
Reference = Annotated[Annotated[Text, Field(max_length=100)] | None, BeforeValidator(_text)]
"""The code of another row, or none."""
Codes = Annotated[list[Code], BeforeValidator(split), Field(max_length=1000)]
"""Codes, as a list or as a cell with commas between."""
Latitude = Annotated[
    float | None, Field(ge=-90, le=90, validation_alias=AliasChoices("latitude", "lat"))
]
Longitude = Annotated[
    float | None, Field(ge=-180, le=180, validation_alias=AliasChoices("longitude", "lon"))
]


class RowSpec(Schema):
    """Fields are named as the model's; those that refer to other rows hold codes."""

    model_config = ConfigDict(
        populate_by_name=True,
        extra="ignore",
        str_strip_whitespace=True,
        use_enum_values=True,
        validate_default=True,
    )


class CodedSpec(RowSpec):
    code: Code
    name: Name = ""
