"""What a loss further up explains: while it fires, nobody needs to hear of the losses below it.

Topology says what lies above what. Which kind of alarm above goes before which below is learnt.
Two shares must be high enough to be no chance: of the alarms above that had one below begin within
a quarter of an hour, those that came first; of the alarms below, those that came after one above.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf

import msgspec

from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.noise.bounds import lower
from watchfloor.aiops.types import Seconds, Severity, Signal

TOGETHER: Seconds = 900
"""A cause and what it brings about begin within this time of each other."""
GRACE: Seconds = 120
"""What lies below comes back this much after its cause at the latest, else it is ill itself."""
ASK: Seconds = 60
"""How often to ask whether the cause still holds."""
_ORDERED = 0.5
_MOST_BELOW = 64


class Loss(msgspec.Struct, array_like=True, gc=False):
    """An alarm of a thing that others hang on."""

    alert_type: str
    severity: Severity
    first: Seconds
    expires_at: Seconds
    is_quiet: bool
    """Nobody was told of it: then it explains nothing to anybody."""
    ended_at: Seconds = inf
    followed_by: list[str] = msgspec.field(default_factory=list)
    """Kinds of alarm that began below it soon after."""

    def holds(self, at: Seconds) -> bool:
        """Whether it fires, or ended so lately that what lies below may still come back."""
        return min(self.ended_at, self.expires_at) + GRACE > at


class Order(msgspec.Struct, array_like=True, gc=False):
    """What began within a quarter of an hour, above and below."""

    before: int = 0
    """Alarms above that came first, and that came second."""
    after: int = 0
    followers: int = 0
    """Alarms below that came second."""


class Losses(msgspec.Struct, array_like=True):
    """What fires on things that others hang on, and which kinds go before which."""

    firing: dict[str, dict[str, Loss]] = msgspec.field(default_factory=dict)
    """By failure domain, then alert."""
    domain_of: dict[str, str] = msgspec.field(default_factory=dict)
    """Where each of those alerts is."""
    orders: dict[str, Order] = msgspec.field(default_factory=dict)
    """By "type above>type below"."""
    begun: dict[str, int] = msgspec.field(default_factory=dict)
    """Alarms with something above them, by type."""
    below: dict[str, list[tuple[Seconds, str]]] = msgspec.field(default_factory=dict)
    """By failure domain: what began lately below it, time and type."""

    def hear(self, view: ReportView, *, is_new: bool) -> None:
        if is_new and view.signal is Signal.FIRING and not view.is_touch:
            self._begin(view)
            return
        domain = self.domain_of.get(view.alert_id)
        loss = self.firing[domain][view.alert_id] if domain else None
        if loss is None:
            return
        if view.signal is Signal.FIRING:
            loss.expires_at = max(loss.expires_at, view.expires_at)
            if not view.is_touch and view.at >= loss.ended_at:
                loss.ended_at = inf
        else:
            loss.ended_at = min(loss.ended_at, view.at)

    def cause_of(self, view: ReportView, share: float) -> tuple[str, Loss] | None:
        """Return the topmost alarm above that explains the report, with its alert's id."""
        found = None
        _, above = _chain(view.domains, view.entity, view.client)
        for domain in above:
            for alert_id, loss in self.firing.get(domain, {}).items():
                if self._explains(loss, view, share):
                    found = alert_id, loss
        return found

    def holds(self, alert_id: str, at: Seconds) -> bool:
        """Whether the alarm still keeps quiet what lies below it."""
        domain = self.domain_of.get(alert_id)
        return domain is not None and self.firing[domain][alert_id].holds(at)

    def is_cause(self, above: str, below: str, share: float) -> bool:
        """Whether alarms of one type, above, are known to bring about those of another, below."""
        order = self.orders.get(f"{above}>{below}")
        if order is None:
            return False
        came_after = lower(order.followers, self.begun.get(below, 0))
        return came_after >= share and lower(order.before, order.before + order.after) >= _ORDERED

    def prune(self, clock: Seconds) -> None:
        """Forget what is over."""
        for domain, losses in list(self.firing.items()):
            for alert_id in [pk for pk, loss in losses.items() if not loss.holds(clock)]:
                del losses[alert_id], self.domain_of[alert_id]
            if not losses:
                del self.firing[domain]
        for domain, began in list(self.below.items()):
            if began[-1][0] < clock - TOGETHER:
                del self.below[domain]

    def _explains(self, loss: Loss, view: ReportView, share: float) -> bool:
        return (
            not loss.is_quiet
            and loss.first <= view.at < min(loss.ended_at, loss.expires_at)
            and loss.severity >= view.severity
            and self.is_cause(loss.alert_type, view.alert_type, share)
        )

    def _begin(self, view: ReportView) -> None:
        own, above = _chain(view.domains, view.entity, view.client)
        if own:
            self._count_after(own, view)
        if above:
            self.begun[view.alert_type] = self.begun.get(view.alert_type, 0) + 1
            self._count_before(above, view)
        if own:
            losses = self.firing.setdefault(own, {})
            losses[view.alert_id] = Loss(
                view.alert_type, view.severity, view.at, view.expires_at, view.is_suppressed
            )
            self.domain_of[view.alert_id] = own

    def _count_before(self, above: tuple[str, ...], view: ReportView) -> None:
        """Count the kinds of alarm above that began shortly before."""
        kinds = set()
        for domain in above:
            for loss in self.firing.get(domain, {}).values():
                if 0.0 <= view.at - loss.first <= TOGETHER and view.at < loss.ended_at:
                    kinds.add(loss.alert_type)
                    self._note_follower(loss, view.alert_type)
            began = self.below.setdefault(domain, [])
            began.append((view.at, view.alert_type))
            del began[:-_MOST_BELOW]
        for kind in kinds:
            self._order(kind, view.alert_type).followers += 1

    def _note_follower(self, loss: Loss, alert_type: str) -> None:
        """One outage counts once, however much lies below it."""
        if alert_type not in loss.followed_by:
            loss.followed_by.append(alert_type)
            self._order(loss.alert_type, alert_type).before += 1

    def _count_after(self, own: str, view: ReportView) -> None:
        """Count the kinds of alarm below that began shortly before this one above them."""
        kinds = {
            alert_type
            for at, alert_type in self.below.get(own, ())
            if 0.0 < view.at - at <= TOGETHER
        }
        for alert_type in kinds:
            self._order(view.alert_type, alert_type).after += 1

    def _order(self, above: str, below: str) -> Order:
        return self.orders.setdefault(f"{above}>{below}", Order())


@lru_cache(maxsize=16_384)
def _chain(domains: tuple[str, ...], entity: str, client: str) -> tuple[str, tuple[str, ...]]:
    """Return the failure domain that is itself ill, and what it hangs on, nearest first.

    None, that is "", is ill where it is something at a place. A contract does not fail as one.
    """
    own = domains[0] if domains and domains[0].partition(":")[2] == entity else ""
    above = domains[1:] if own else domains
    return own, tuple([domain for domain in above if domain.partition(":")[2] != client])
