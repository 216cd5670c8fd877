"""A finding before anybody has seen it: what was found where, how bad it is, and what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from watchfloor.aiops.types import Severity

Evidence: TypeAlias = Mapping[str, object]
"""What shows it, under plain names: counts, unix seconds, codes; never names of persons."""


class Category(StrEnum):
    """Whose work a finding is."""

    SAFETY = "SAFETY"
    SECURITY = "SECURITY"
    OPERATIONAL = "OPERATIONAL"
    DEVICE_HEALTH = "DEVICE_HEALTH"
    COMPLIANCE = "COMPLIANCE"


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """What an inspection or a pattern found. Site, type and thing tell it from others."""

    finding_type: str
    category: Category
    severity: Severity
    site: str
    title: str
    entity_type: str = "site"
    entity_id: str = ""
    evidence: Evidence = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what is the same for the same thing found again."""
        return (self.site, self.finding_type, self.entity_type, self.entity_id or self.site)
