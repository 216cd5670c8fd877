"""The link model of a tenant: found for the clusterer, set by an act that the log keeps."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from uuid import UUID

import msgspec
import structlog
from django.db import transaction

from watchfloor.aiops.clustering.learned import LearnedModel
from watchfloor.aiops.clustering.link import LinkModel
from watchfloor.aiops.clustering.pairs import SCHEMA
from watchfloor.aiops.errors import ModelError
from watchfloor.aiops.ml.artifact import Artifact, unpack
from watchfloor.aiops.ml.schema import FeatureSchema
from watchfloor.noc.clustering import commands
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.platform.modelstore import services as modelstore
from watchfloor.platform.modelstore.models import ModelVersion

log = structlog.get_logger(__name__)

KIND = "link"
_KEPT = 16
_found: OrderedDict[str, LinkModel] = OrderedDict()
"""Models of this process by checksum, the least lately used let go first. A checksum names its
bytes, and a tenant's log names only checksums of its own, so tenants may share them."""


def find(sha256: str) -> LinkModel | None:
    """Return a model of the tenant in scope; None, and a line in the log, if it is of no use."""
    model = _found.get(sha256)
    if model is None:
        model = _load(sha256)
        if model is None:
            return None
        _found[sha256] = model
    _found.move_to_end(sha256)
    if len(_found) > _KEPT:
        _found.popitem(last=False)
    return model


def live() -> str | None:
    """Return the checksum of the model that advises the tenant in scope."""
    row = modelstore.live(KIND)
    return None if row is None else row.sha256


def looks_at_the_same(row: ModelVersion) -> bool:
    """Whether a model was trained on the features of this version; another one is not heard."""
    try:
        features = msgspec.convert(row.card.get("features"), FeatureSchema)
    except msgspec.ValidationError:
        return False
    return features.hash == SCHEMA.hash


@transaction.atomic
def promote(pk: UUID, *, by: Actor, now: datetime) -> ModelVersion:
    """Have a model advise from the next batch on. Raises: Invalid for one that cannot be used."""
    row = modelstore.promote(pk, by=by, now=now)
    if row.kind != KIND or _unpacked(row.sha256) is None:
        raise Invalid("This model cannot advise grouping: train one with this version.")
    commands.set_adviser(row.sha256, now=now)
    return row


@transaction.atomic
def rollback(*, by: Actor, now: datetime) -> ModelVersion | None:
    """Return to the model before, or to the rules alone."""
    row = modelstore.rollback(KIND, by=by, now=now)
    commands.set_adviser(None if row is None else row.sha256, now=now)
    return row


def _load(sha256: str) -> LinkModel | None:
    artifact = _unpacked(sha256)
    try:
        return None if artifact is None else LearnedModel(artifact)
    except ModelError as error:
        log.error("the adviser is of no use: rules decide alone", sha256=sha256, why=str(error))
        return None


def _unpacked(sha256: str) -> Artifact | None:
    """Return the model with its trees unread: who only promotes it needs no library for them."""
    body = modelstore.load(KIND, sha256)
    if body is None:
        log.error("the adviser is not to be had: rules decide alone", sha256=sha256)
        return None
    try:
        return unpack(body, SCHEMA)
    except ModelError as error:
        log.error("the adviser is of no use: rules decide alone", sha256=sha256, why=str(error))
        return None
