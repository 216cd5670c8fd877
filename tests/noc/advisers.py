"""Link models as training leaves them, with the figures of their gate; their trees say nothing."""

from __future__ import annotations

from datetime import datetime

import msgspec

from watchfloor.aiops.clustering.pairs import SCHEMA
from watchfloor.aiops.ml.artifact import Artifact, Card
from watchfloor.aiops.ml.calibration import Platt
from watchfloor.aiops.ml.schema import FeatureSchema
from watchfloor.aiops.training.gate import Gate, Side
from watchfloor.noc.clustering import advising
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.modelstore import services as modelstore
from watchfloor.platform.modelstore.models import ModelVersion

RULES = Side(tickets=40, advised=0, f1=0.8, noise_tickets=3)
ADVISED = Side(tickets=31, advised=9, f1=0.9, noise_tickets=2)


def make_adviser(
    *reasons: str,
    trees: bytes = b"one",
    features: FeatureSchema = SCHEMA,
    now: datetime,
) -> ModelVersion:
    """Keep a model of the tenant in scope; with `reasons`, one that did not pass its gate."""
    gate = Gate("f1_tol", 0.0, RULES, ADVISED, reasons)
    card = Card("link", features, Platt(1.0, 0.0), 0.9, "none", gate=gate.card())
    made = Artifact(card, trees)
    told = msgspec.to_builtins(card)
    return modelstore.register(
        advising.KIND, made.sha256, told, made.pack(), by=CLI, now=now
    )  # fmt: skip
