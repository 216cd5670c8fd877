"""The register of posts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from watchfloor.domain.posts.models import Post, PostKind, PostRisk
from watchfloor.domain.registers.declaration import AT_SITE, SITE, Register
from watchfloor.domain.registers.specs import Code, CodedSpec, Codes, Latitude, Longitude


class PostSpec(CodedSpec):
    site: Code
    kind: PostKind = PostKind.OTHER
    required_guards: Annotated[int, Field(ge=0, le=500)] = 1
    risk: PostRisk = PostRisk.MEDIUM
    armed: Annotated[bool, Field(description="guards here carry a weapon")] = False
    skills: Annotated[
        Codes,
        Field(description="that guards need here, licences too, as employments say them"),
    ] = []
    latitude: Latitude = None
    longitude: Longitude = None
    radius_m: Annotated[
        float | None, Field(gt=0, le=20_000, description="geofence in metres; empty: the site's")
    ] = None


POSTS = Register(
    noun="posts",
    title="Posts",
    about="Where guards stand, and how many each place needs.",
    kind="post",
    model=Post,
    spec=PostSpec,
    references={"site": SITE},
    scope=AT_SITE,
    columns=("code", "name", "site", "kind", "required_guards", "risk", "armed", "skills"),
    filters=("site", "kind", "risk", "armed"),
)
