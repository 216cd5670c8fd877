"""Groups the reports of a batch: the shell around `aiops.clustering`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.alerts.lives import Verdict
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import Teaching
from watchfloor.aiops.clustering.features import Membership
from watchfloor.aiops.clustering.log import Entry
from watchfloor.aiops.noise.memory import NoiseMemory
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.accept import read_back
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.store import write_alerts
from watchfloor.noc.alerts.stream import Stream
from watchfloor.noc.alerts.work import Worked
from watchfloor.noc.clustering import state, store
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.clustering.state import Memory
from watchfloor.noc.clustering.work import Bout, Grouped, OpenedCluster
from watchfloor.platform.ids import derived_uuid7
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_flow


@dataclass(slots=True)
class Opened:
    """The tenant's memory, which knows of all acts of people so far, and these acts."""

    memory: Memory
    commands: list[Entry]

    @property
    def noise(self) -> NoiseMemory:
        """What the alert stage asks and tells, report by report."""
        return self.memory.noise


def begin(stream: Stream) -> Opened:
    """Open the memory for a batch and tell it what people did since the last one."""
    opened = Opened(state.open_memory(stream), store.take_commands())
    for command in opened.commands:
        opened.memory.apply(command)
    return opened


def cluster_batch(
    worked: Sequence[Worked], opened: Opened, *, stream: Stream, now: datetime
) -> Grouped:
    """Tell the clusterer of the reports, and keep its answers. The noise memory has heard them.

    Writes the log and nothing else; `write` writes clusters and memberships.
    """
    answers = [_answer(opened.memory.clusterer, one) for one in worked]
    entries = [*opened.commands, *(one.view for one in worked)]
    state.close_memory(opened.memory, entries, stream, now=now)
    return _group(worked, answers)


def write(grouped: Grouped) -> None:
    """Write the clusters that were opened and what was added to bouts."""
    store.insert_clusters(grouped.opened)
    store.write_bouts(grouped.bouts.values())


def _answer(clusterer: OnlineClusterer, one: Worked) -> Membership:
    membership = clusterer.apply(one.view)
    if membership is None:
        raise AssertionError("the clusterer answers every report with a membership")
    return membership


def _group(worked: Sequence[Worked], answers: Sequence[Membership]) -> Grouped:
    ids = _ids(worked, answers)
    grouped = Grouped()
    for one, answer in zip(worked, answers, strict=True):
        if answer.opened_bout or not one.view.is_touch:
            _enter(grouped, one, answer, ids)
        grouped.merges += [(ids[source], ids[into]) for source, into in answer.merges]
        alert = one.alert
        is_back = answer.opened_bout or answer.came_back
        if is_back or one.step.verdict is Verdict.REOPENED:
            alert.come_back()
        one.cluster_id, one.bout = alert.cluster_id or "", alert.bout
        grouped.touched.add(one.cluster_id)
    return grouped


def _ids(worked: Iterable[Worked], answers: Sequence[Membership]) -> dict[int, str]:
    """Return ids by number of all clusters that the answers name."""
    ids = {
        answer.cluster: derived_uuid7(UUID(one.report.event_id), "cluster").hex
        for one, answer in zip(worked, answers, strict=True)
        if answer.opened_cluster
    }
    named = {
        number
        for answer in answers
        if answer.opened_bout
        for number in (
            answer.cluster,
            answer.runner_up,
            answer.related_cluster,
            *(source for source, _ in answer.merges),
        )
        if number is not None and number not in ids
    }
    return ids | store.ids_of(named)


def _enter(grouped: Grouped, one: Worked, answer: Membership, ids: dict[int, str]) -> None:
    """Note the answer. Bouts are numbered by the alert's row: the clusterer forgets old alerts."""
    alert = one.alert
    opens_bout = answer.opened_bout and not _is_there(one, answer, ids)
    if opens_bout:
        if alert.cluster_id is not None:
            grouped.touched.add(alert.cluster_id)
        alert.cluster_id, alert.bout = ids[answer.cluster], alert.bout + 1
    cluster_id = alert.cluster_id or ids[answer.cluster]
    if answer.opened_cluster:
        related = ids.get(answer.related_cluster) if answer.related_cluster else None
        grouped.opened.append(OpenedCluster(cluster_id, answer.cluster, one, answer, related))
    bout = grouped.bouts.get((alert.id, alert.bout))
    if bout is None:
        bout = Bout(alert.id, alert.bout, cluster_id, one.at, one.at)
        grouped.bouts[alert.id, alert.bout] = bout
    if opens_bout:
        bout.decision = answer
        bout.runner_up_id = ids.get(answer.runner_up) if answer.runner_up else None
    bout.reports += 1
    bout.first_at = min(bout.first_at, one.at)
    bout.last_at = max(bout.last_at, one.at)


def _is_there(one: Worked, answer: Membership, ids: Mapping[int, str]) -> bool:
    """Whether its rows went ahead: a merge or a person moved them, and the alert only follows."""
    alert = one.alert
    return alert.bout > 0 and answer.follows and alert.cluster_id == ids[answer.cluster]


def tell_now(entries: Sequence[Teaching], *, now: datetime) -> OnlineClusterer:
    """Apply acts of people at once, in the caller's transaction and under the tenant's lock.

    Returns the clusterer as they leave it. Raises: CommandError for what no person may do.
    """
    stream = streams.load()
    opened = begin(stream)
    clusterer = opened.memory.clusterer
    for entry in entries:
        clusterer.check(entry)
        opened.memory.apply(entry)
    state.close_memory(opened.memory, [*opened.commands, *entries], stream, now=now)
    streams.save(stream, now=now)
    return clusterer


class AlertClusteringService:
    """The specification's door for one alert."""

    @staticmethod
    def cluster_alert(alert: NOCAlertEvent, *, now: datetime) -> tuple[AlertCluster, bool]:
        """Return the cluster of an alert of the tenant in scope, and whether it was opened for it.

        The pipeline has given each alert of a report its cluster; repeating it changes nothing.
        An alert that came another way is put where its newest report would have gone.
        """
        with transaction.atomic():
            lock_flow(require_tenant_id())
            alert.refresh_from_db()
            if alert.cluster_id is not None:
                return AlertCluster.objects.get(pk=alert.cluster_id), False
            stream = streams.load()
            one = read_back(alert, now=now)
            opened = begin(stream)
            opened.noise.hear(one.view)
            grouped = cluster_batch([one], opened, stream=stream, now=now)
            write_alerts([one.alert])
            write(grouped)
            streams.save(stream, now=now)
            store.refresh_clusters(grouped.touched)
            return AlertCluster.objects.get(pk=one.cluster_id), bool(grouped.opened)
