"""What a line of a call list must look like when it comes from outside."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from watchfloor.aiops.calendars.hours import checked


def _dialled(text: str) -> str:
    """Return the number. A file of ours marks one that begins with a plus as text."""
    number = text.removeprefix("'")
    if not any(map(str.isdigit, number)):
        raise ValueError("write a number that can be dialled, such as +44 20 7946 0001")
    return number


class ContactSpec(Schema):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    phone: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_dialled)]
    role: Annotated[str, Field(max_length=100)] = ""
    hours: Annotated[str, Field(max_length=200), AfterValidator(checked)] = ""


class CallListRow(ContactSpec):
    """A line of a file with the call lists of many sites: those of one site, in their order."""

    site: Annotated[str, Field(min_length=1, max_length=100, coerce_numbers_to_str=True)]
