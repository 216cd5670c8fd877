"""The registers of checkpoints and routes, and the records of tours."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from watchfloor.domain.registers.declaration import AT_SITE, SITE, Records, Register
from watchfloor.domain.registers.specs import Code, CodedSpec, Codes, Latitude, Longitude
from watchfloor.domain.tours.models import Checkpoint, Route, Tour


class CheckpointSpec(CodedSpec):
    site: Code
    latitude: Latitude = None
    longitude: Longitude = None


class RouteSpec(CodedSpec):
    site: Code
    checkpoints: Annotated[Codes, Field(description="codes, in the order of the walk")]

    @model_validator(mode="after")
    def _walked_once(self) -> RouteSpec:
        if len(set(self.checkpoints)) < len(self.checkpoints):
            raise ValueError("name each checkpoint once")
        return self


CHECKPOINTS = Register(
    noun="checkpoints",
    title="Checkpoints",
    about="The places that guards scan on their tours.",
    kind="checkpoint",
    model=Checkpoint,
    spec=CheckpointSpec,
    references={"site": SITE},
    scope=AT_SITE,
    columns=("code", "name", "site"),
    filters=("site",),
)
ROUTES = Register(
    noun="routes",
    title="Routes",
    about="Which checkpoints a tour leads along, in order.",
    kind="route",
    model=Route,
    spec=RouteSpec,
    references={"site": SITE, "checkpoints": CHECKPOINTS},
    scope=AT_SITE,
    columns=("code", "name", "site", "checkpoints"),
    filters=("site",),
)
TOURS = Records(
    noun="tours",
    title="Tours",
    about="Tours as they were planned and walked.",
    kind="tour",
    model=Tour,
    scope=AT_SITE,
    columns=("heard_at", "code", "site", "person", "ends_at", "finished_at", "is_mandatory"),
    more=("route", "checkpoints", "scanned", "starts_at", "started_at", "cancelled_at"),
    search=("code", "route"),
    filters=("site", "is_mandatory"),
    persons=frozenset({"person"}),
    at="heard_at",
    order=("-heard_at", "-id"),
)
