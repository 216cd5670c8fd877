"""All limits that may be set: those of the rules, of inspections, and of the scorecard."""

from __future__ import annotations

from collections.abc import Mapping

from watchfloor.aiops.inspection.licences import LIMITS as OF_LICENCES
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rules.catalogue import LIMITS as OF_RULES
from watchfloor.aiops.scorecard.law import LIMITS as OF_THE_LAW

LIMITS: Mapping[str, Limit] = {**OF_RULES, **OF_LICENCES, **OF_THE_LAW}
