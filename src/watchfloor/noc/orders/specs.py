"""What a standing order must look like when it comes from outside; API and import share it."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from watchfloor.aiops.calendars.hours import checked

MOST_STEPS = 40


def _no_nul(text: str) -> str:
    return text.replace("\x00", "")


Text = Annotated[str, AfterValidator(_no_nul)]


class StepSpec(Schema):
    model_config = ConfigDict(str_strip_whitespace=True)

    text: Annotated[Text, Field(min_length=1, max_length=500)]
    is_required: bool = False


class OrderSpec(Schema):
    """`client` and `site` are codes of the inventory; at most one of both, neither: everywhere."""

    model_config = ConfigDict(str_strip_whitespace=True)

    code: Annotated[Text, Field(min_length=1, max_length=100)]
    title: Annotated[Text, Field(min_length=1, max_length=200)]
    client: Annotated[Text, Field(max_length=100)] = ""
    site: Annotated[Text, Field(max_length=100)] = ""
    alert_type: Annotated[Text, Field(max_length=200, description="empty: any")] = ""
    hours: Annotated[
        Text,
        Field(max_length=200, description="such as Mon-Fri 18:00-06:00; Sat; Sun. Empty: always"),
        AfterValidator(checked),
    ] = ""
    steps: Annotated[list[StepSpec], Field(min_length=1, max_length=MOST_STEPS)]

    @model_validator(mode="after")
    def _at_one_place(self) -> OrderSpec:
        if self.client and self.site:
            raise ValueError("name a client or a site, not both: a site has its client")
        return self
