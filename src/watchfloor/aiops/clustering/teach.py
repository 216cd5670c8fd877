"""What people's corrections do to clusters. Life safety is never merged, split or moved by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from watchfloor.aiops.clustering.commands import (
    MergeClusters,
    MoveAlert,
    SetLessons,
    SplitCluster,
    Teaching,
    UndoMerge,
)
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane
from watchfloor.aiops.errors import CommandError
from watchfloor.aiops.types import Seconds


def teach(command: Teaching, memory: Memory) -> None:
    """Do as a person said. What touches life safety, or nothing that is known, does nothing."""
    if isinstance(command, SetLessons):
        memory.taught.lessons = list(command.lessons)
    elif isinstance(command, SplitCluster):
        _split(command.cluster, command.alert_ids, command.keys, command.at, memory)
    elif not _touches_life_safety(command, memory):
        if isinstance(command, MergeClusters):
            _merge(command, memory)
        elif isinstance(command, UndoMerge):
            _undo_merge(command, memory)
        else:
            _move(command, memory)
    elif isinstance(command, MoveAlert) and command.target is None:
        memory.opened += 1  # the number is taken, whatever becomes of it


def check(command: Teaching, memory: Memory) -> None:
    """Raises: CommandError where the command would touch life safety, or join one with itself."""
    if isinstance(command, MergeClusters) and command.source == command.target:
        raise CommandError("a cluster cannot be merged with itself")
    if not isinstance(command, SetLessons) and _touches_life_safety(command, memory):
        raise CommandError("life safety stands alone: it is never merged, split or moved")


def _touches_life_safety(
    command: MergeClusters | SplitCluster | MoveAlert | UndoMerge, memory: Memory
) -> bool:
    if isinstance(command, SplitCluster):
        numbers: tuple[int | None, ...] = (command.cluster,)
    elif isinstance(command, MoveAlert):
        alert = memory.alerts.get(command.alert_id)
        numbers = (alert.cluster if alert else None, command.target)
    else:
        numbers = (command.source, command.target)
    found = (memory.clusters.get(number) for number in numbers if number is not None)
    return any(one is not None and one.lane is Lane.LIFE_SAFETY for one in found)


def _merge(command: MergeClusters, memory: Memory) -> None:
    source = memory.cluster(command.source)
    target = memory.cluster(command.target)
    if source is None or source is target or command.target > memory.opened:
        return
    if target is None:  # long over for the machine, but a person goes on with it
        target = _cluster(command.target, (), command.at, memory)
        target.lane, target.first = source.lane, source.first
        target.last, target.active = source.last, source.active
    memory.taught.reconcile(source.number, target.number, memory.merged)
    memory.merge(source, target)
    for member in target.members:
        if member in memory.alerts:
            memory.taught.homes[member] = target.number
            _stay_out(member, (source.number, target.number), memory, lift=True)


def _split(
    number: int, alert_ids: tuple[str, ...], keys: tuple[str, ...], at: Seconds, memory: Memory
) -> None:
    """Open the next cluster, with those of the alerts that are in the one now."""
    old = memory.cluster(number)
    if old is not None and old.lane is Lane.LIFE_SAFETY:
        memory.opened += 1
        return
    there = _in_cluster(alert_ids, old, memory)
    fresh = _cluster(memory.opened + 1, there, at, memory)
    memory.opened = fresh.number
    _take(there, old, fresh, memory)
    _rename(old, fresh, keys, memory)


def _move(command: MoveAlert, memory: Memory) -> None:
    alert = memory.alerts.get(command.alert_id)
    old = memory.clusters.get(alert.cluster) if alert else None
    if command.target is None:
        number = old.number if old else 0
        _split(number, (command.alert_id,), command.keys, command.at, memory)
        return
    if alert is None or command.target > memory.opened:
        return
    target = memory.cluster(command.target)
    if target is old and target is not None:
        memory.taught.homes[alert.alert_id] = target.number
        return
    if target is None:
        target = _cluster(command.target, [alert], command.at, memory)
    if old is not None:
        memory.taught.reconcile(old.number, target.number, memory.merged)
    _stay_out(alert.alert_id, (target.number,), memory, lift=True)
    _take([alert], old, target, memory)
    _rename(old, target, command.keys, memory)


def _undo_merge(command: UndoMerge, memory: Memory) -> None:
    was = memory.taught.undoable.pop(command.source, None)
    if command.source in memory.clusters or command.source > memory.opened:
        return
    memory.merged.pop(command.source, None)
    target = memory.cluster(command.target)
    ids = dict.fromkeys((*(was.source.members if was else ()), *command.alert_ids))
    there = _in_cluster(ids, target, memory)
    if was is None and not there:
        return
    if was is None:
        source = _cluster(command.source, there, command.at, memory)
    else:
        source, keys = was.source, was.source.keys
        source.members, source.keys = [], ()
        memory.clusters[source.number] = source
        if target is not None:
            memory.index.drop(target, was.gained)
        memory.index.add(source, keys)
    _take(there, target, source, memory)


def _cluster(number: int, alerts: Iterable[Alert], at: Seconds, memory: Memory) -> Cluster:
    """Return a new cluster around what is known of the alerts."""
    known = list(alerts)
    fresh = Cluster(
        number,
        Lane.OPEN,
        min((alert.first for alert in known), default=at),
        max((alert.last for alert in known), default=at),
        max((alert.first for alert in known), default=at),
        [],
    )
    memory.clusters[number] = fresh
    return fresh


def _in_cluster(ids: Iterable[str], cluster: Cluster | None, memory: Memory) -> list[Alert]:
    if cluster is None:
        return []
    found = (memory.alerts.get(alert_id) for alert_id in ids)
    return [alert for alert in found if alert is not None and alert.cluster == cluster.number]


def _take(alerts: Collection[Alert], old: Cluster | None, new: Cluster, memory: Memory) -> None:
    """Put alerts from one cluster into another, for as long as they live."""
    ids = {alert.alert_id for alert in alerts}
    for alert in alerts:
        alert.cluster, alert.is_astray = new.number, True
        memory.answers.pop(alert.alert_id, None)
        memory.taught.homes[alert.alert_id] = new.number
        if alert.alert_id not in new.members:
            new.add(alert.alert_id)
        new.first, new.last = min(new.first, alert.first), max(new.last, alert.last)
    memory.faults.move(ids, new.number)
    if old is None:
        return
    old.members = [member for member in old.members if member not in ids]
    old.witness = ""
    new.acknowledged |= old.acknowledged
    memory.taught.part(old.number, new.number)
    for alert_id in ids:
        _stay_out(alert_id, (old.number,), memory)


def _rename(old: Cluster | None, new: Cluster, keys: Collection[str], memory: Memory) -> None:
    """What is new of the things that left is looked for where they are now."""
    if old is not None:
        memory.index.drop(old, [key for key in keys if key.startswith("thing:")])
    memory.index.add(new, keys)
    there = (key.partition(":")[2] for key in keys if key.startswith("site:"))
    new.sites = (*new.sites, *[site for site in there if site not in new.sites])


def _stay_out(
    alert_id: str, clusters: tuple[int, ...], memory: Memory, *, lift: bool = False
) -> None:
    """Keep an alert out of clusters from now on, or no longer."""
    apart, merged = memory.taught.apart, memory.merged
    barred = [n for n in apart.get(alert_id, ()) if merged.get(n, n) not in clusters]
    if not lift:
        barred.extend(clusters)
    if barred:
        apart[alert_id] = barred
    else:
        apart.pop(alert_id, None)
