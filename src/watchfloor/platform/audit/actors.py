"""Who acted: a kind and an id, kept without a foreign key so that they outlive their row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["user", "key", "system", "playbook", "operator"]
"""An operator is an account of the machine, at the command line."""


@dataclass(frozen=True, slots=True)
class Actor:
    kind: ActorKind
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


SYSTEM = Actor("system")
CLI = Actor("system", "cli")
