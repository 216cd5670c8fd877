"""All limits that may be set: those of the rules, and those that the scorecard goes by."""

from __future__ import annotations

from collections.abc import Mapping

from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.operation.rules.catalogue import LIMITS as OF_RULES
from watchfloor.aiops.scorecard.law import LIMITS as OF_THE_LAW

LIMITS: Mapping[str, Limit] = {**OF_RULES, **OF_THE_LAW}
