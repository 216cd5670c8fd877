"""The register of thresholds: only what a limit of a rule allows."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.operation.limits import checked
from watchfloor.domain.registers.declaration import CLIENT, SITE, Register
from watchfloor.domain.registers.specs import Code, Reference, RowSpec
from watchfloor.sensing.thresholds.declared import LIMITS
from watchfloor.sensing.thresholds.models import Threshold


def _known(name: str) -> str:
    if name not in LIMITS:
        raise ValueError(f"there is no such limit; known: {', '.join(sorted(LIMITS))}")
    return name


class ThresholdSpec(RowSpec):
    """With a site it holds there, with a client at all of its sites, with neither everywhere."""

    limit: Annotated[
        Code, AfterValidator(_known), Field(json_schema_extra={"enum": sorted(LIMITS)})
    ]
    client: Annotated[Reference, Field(description="at all of its sites")] = None
    site: Annotated[Reference, Field(description="there alone; with neither: everywhere")] = None
    value: float

    @model_validator(mode="after")
    def _fits(self) -> ThresholdSpec:
        if self.client and self.site:
            raise ValueError("name a client or a site, not both: a site has its client")
        try:
            checked(LIMITS[self.limit], self.value)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        return self


THRESHOLDS = Register(
    noun="thresholds",
    title="Thresholds",
    about="What is set for the limits of the rules, here and there. The nearest holds.",
    kind="threshold",
    model=Threshold,
    spec=ThresholdSpec,
    references={"client": CLIENT, "site": SITE},
    scope=("client_id", "site__client_id", "site_id"),
    key=("limit", "client", "site"),
    columns=("limit", "client", "site", "value"),
    search=("limit",),
    filters=("client", "site"),
    order=("limit", "id"),
)
