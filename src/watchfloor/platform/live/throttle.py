"""How many messages somebody may send: a bucket that refills with time."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Throttle:
    """Admits `per_second` on average, and as many in one burst."""

    per_second: int
    _left: float = field(init=False)
    _at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._left = float(self.per_second)

    def admits(self, at: float) -> bool:
        """Say whether one more may pass at second `at` of a clock that never goes back."""
        self._left = min(self.per_second, self._left + (at - self._at) * self.per_second)
        self._at = at
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
