"""Recorded reports grouped as the floor would have, without one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from django.utils import timezone

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.alerts.suppression import Suppressions
from watchfloor.aiops.configuration import SHIPPED, Configuration
from watchfloor.aiops.ml.artifact import Artifact
from watchfloor.aiops.rehearsal.collecting import seldom_collected
from watchfloor.aiops.rehearsal.side import Side
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Seconds
from watchfloor.cli.advisers import clusterer_with
from watchfloor.cli.history import Item
from watchfloor.cli.inventories import inventory_of, windows_of
from watchfloor.cli.page.got import Got
from watchfloor.cli.progress import progress
from watchfloor.embedded.errors import Misuse
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.building import report_of
from watchfloor.noc.intake.reads import Rejected
from watchfloor.platform.accounts.keys import KeyInfo

IDENTITY_SECONDS: Seconds = 7 * 86_400
_OFFLINE_KEY = KeyInfo(UUID(int=0), tenant_id=0, integration_id=0, scopes=frozenset({"ingest"}))


@dataclass(slots=True)
class Line:
    """One line of the answer."""

    alert_id: str
    cluster_id: str
    suppressed: bool
    merged_into: str = ""


@dataclass(slots=True)
class Rehearsal:
    """One tenant's stream, and what became of it."""

    name: str
    stream: AlertStream
    side: Side
    got: Got | None = None
    """What a page tells of the reports themselves."""
    identities: dict[str, Seconds] = field(default_factory=dict)
    opened_by: dict[int, str] = field(default_factory=dict)
    members: list[tuple[str, int, bool]] = field(default_factory=list)
    kept: dict[str, list[int]] = field(default_factory=dict)
    """By alert, the members that are kept quiet and may be released yet."""
    fingerprints: set[str] = field(default_factory=set)

    def hear(self, report: Report, shown_id: str) -> None:
        heard = self.stream.stage.hear(self._or_touch(report))
        weighed = self.stream.weigh(heard)
        answer = self.side.follow(self.stream, heard, weighed)
        if self.got is not None:
            self.got.hear(heard)
        self.opened_by.setdefault(answer.cluster, shown_id)
        self.fingerprints.add(heard.view.alert_id)
        self._release(weighed.released)
        if weighed.suppression is not None:
            self.kept.setdefault(heard.view.alert_id, []).append(len(self.members))
        self.members.append((shown_id, answer.cluster, weighed.suppression is not None))

    def end(self) -> None:
        """Let go of what would have been released had the stream gone on."""
        self._release(self.stream.noise.let_go())

    def lines(self) -> Iterator[Line]:
        for shown_id, number, suppressed in self.members:
            into = self.side.root(number)
            yield Line(
                shown_id,
                self._name_of(number),
                suppressed,
                self._name_of(into) if into != number else "",
            )

    def _release(self, alert_ids: Iterable[str]) -> None:
        for alert_id in alert_ids:
            for place in self.kept.pop(alert_id, ()):
                shown_id, number, _ = self.members[place]
                self.members[place] = (shown_id, number, False)

    def _or_touch(self, report: Report) -> Report:
        """The same identity within 7 days is a repeat, as at the intake."""
        if report.identity is None:
            return report
        seen = self.identities.get(report.identity)
        if seen is not None and report.received_at - seen <= IDENTITY_SECONDS:
            return msgspec.structs.replace(report, is_touch=True)
        self.identities[report.identity] = report.received_at
        return report

    def _name_of(self, number: int) -> str:
        return f"{self.name}:{self.opened_by[number]}" if self.name else self.opened_by[number]


@seldom_collected()
def rehearse(
    items: Sequence[Item],
    *,
    inventory: dict[str, Any] | None = None,
    config: Configuration = SHIPPED,
    for_page: bool = False,
    adviser: Artifact | None = None,
) -> list[Rehearsal]:
    """Tell each tenant's stream its reports, in order of arrival."""
    # Like a replay, history arrives now; its own times of arrival only say in which order.
    now = timezone.now().timestamp()
    found: dict[str, Rehearsal] = {}
    for item in progress(items, "grouping"):
        rehearsal = found.get(item.tenant)
        if rehearsal is None:
            stream = AlertStream(
                policy=config.alerts,
                noise=config.noise,
                suppressions=Suppressions(windows_of(inventory)),
                inventory=inventory_of(inventory, item.tenant),
                clusterer=clusterer_with(config.clustering, adviser),
            )
            side = Side(tenant=item.tenant, keeps_why=for_page)
            got = Got() if for_page else None
            rehearsal = found[item.tenant] = Rehearsal(item.tenant, stream, side, got)
        rehearsal.hear(*read_report(item, now))
    for rehearsal in found.values():
        rehearsal.end()
    return list(found.values())


def read_report(item: Item, now: Seconds) -> tuple[Report, str]:
    """Read an item as the intake does. Returns the report and the id it is shown by."""
    body = dict(item.body)
    shown_id = body.get("id") or f"row-{item.line}"
    read = report_of(body, item.line, Arrival(_OFFLINE_KEY, now))
    if isinstance(read, Rejected):
        raise Misuse(f"row {item.line}: {'; '.join(fault.message for fault in read.errors)}")
    if not isinstance(read, Report):
        raise Misuse(f"row {item.line} is no report")
    return read, shown_id
