"""The clusterer's memory: in this process by tenant, and in the database as checkpoint and log.

What a clusterer holds follows from the tenant's numbered log alone. A process may therefore go on
with its copy if nobody applied more since, catch up by the log if somebody did, and begin at the
last checkpoint if it has none. A copy that a batch changed comes back to the cache only after the
batch's commit: one that was rolled back is never seen again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import transaction

from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import SetAdviser, SetLessons
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.lessons import Lesson
from watchfloor.aiops.clustering.log import Entry, decode_entries, encode_entries
from watchfloor.aiops.errors import CheckpointError
from watchfloor.aiops.noise.memory import NoiseMemory
from watchfloor.noc.alerts.stream import Stream
from watchfloor.noc.clustering import advising
from watchfloor.platform import bulk
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import require_tenant_id

log = structlog.get_logger(__name__)

CHECKPOINT_ENTRIES = 5_000
CHECKPOINT_SECONDS = 60
KEPT_CHECKPOINTS = 2
MOST_TENANTS = 200
MOST_MEMBERS = 400_000
"""Alerts and clusters that the cached clusterers hold together; some 500 bytes each."""


@dataclass(slots=True)
class Memory:
    """A clusterer at `clusterer.seq`, the noise learnt by then, and when both were written down."""

    clusterer: OnlineClusterer
    noise: NoiseMemory = field(default_factory=NoiseMemory)
    saved_seq: int = 0
    saved_at: datetime | None = None

    @property
    def members(self) -> int:
        return len(self.clusterer.alerts) + len(self.clusterer.clusters) + self.noise.size

    def apply(self, entry: Entry) -> None:
        """Take in an entry of the log that was decided already."""
        self.noise.apply(entry)
        self.clusterer.apply(entry)


class Memories:
    """Clusterers by tenant, the least lately used let go first."""

    def __init__(self, tenants: int = MOST_TENANTS, members: int = MOST_MEMBERS) -> None:
        self._tenants, self._members = tenants, members
        self._held: OrderedDict[int, Memory] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def take(self, tenant_id: int) -> Memory | None:
        """Return the tenant's memory and forget it: who changes it gives it back if it holds."""
        return self._held.pop(tenant_id, None)

    def give(self, tenant_id: int, memory: Memory) -> None:
        self._held[tenant_id] = memory
        held = sum(one.members for one in self._held.values())
        while len(self._held) > 1 and (len(self._held) > self._tenants or held > self._members):
            _, gone = self._held.popitem(last=False)
            held -= gone.members


memories = Memories()
begins_with: Callable[[], ClusteringConfig] = ClusteringConfig
"""Tells the configuration of a tenant whose grouping begins anew; set by the app that keeps it."""
taught_with: Callable[[], tuple[Lesson, ...]] = tuple
"""Tells its lessons; set alike."""


def open_memory(stream: Stream) -> Memory:
    """Return the tenant's clusterer as of `stream.applied_seq`; it is the caller's to change."""
    memory = memories.take(require_tenant_id())
    if memory is not None and _catch_up(memory, stream.applied_seq):
        return memory
    return _restored(stream.applied_seq)


def close_memory(
    memory: Memory, entries: Sequence[Entry], stream: Stream, *, now: datetime
) -> None:
    """Number the entries that were applied, write them down, and keep the memory if that holds."""
    clusterer = memory.clusterer
    if entries:
        first = stream.applied_seq + 1
        stream.applied_seq = clusterer.seq = stream.applied_seq + len(entries)
        bulk.run(
            "INSERT INTO clustering_clusterlog (id, tenant_id, first_seq, last_seq, body,"
            " created_at) VALUES (%b, %b, %b, %b, %b, %b)",
            [uuid7(), require_tenant_id(), first, clusterer.seq, encode_entries(entries), now],
        )
        if _is_checkpoint_due(memory, now):
            _save_checkpoint(memory, now)
    tenant_id = require_tenant_id()
    transaction.on_commit(lambda: memories.give(tenant_id, memory))


def _is_checkpoint_due(memory: Memory, now: datetime) -> bool:
    behind = memory.clusterer.seq - memory.saved_seq
    if memory.saved_at is None:
        memory.saved_at = now
    old = (now - memory.saved_at).total_seconds() >= CHECKPOINT_SECONDS
    return behind >= CHECKPOINT_ENTRIES or (behind > 0 and old)


def _save_checkpoint(memory: Memory, now: datetime) -> None:
    tenant_id, seq = require_tenant_id(), memory.clusterer.seq
    bulk.run(
        "INSERT INTO clustering_clustercheckpoint (id, tenant_id, seq, state, noise,"
        " created_at) VALUES (%b, %b, %b, %b, %b, %b)",
        [uuid7(), tenant_id, seq, memory.clusterer.snapshot(), memory.noise.snapshot(), now],
    )
    memory.saved_seq, memory.saved_at = seq, now
    bulk.run(
        "WITH oldest AS (SELECT seq FROM clustering_clustercheckpoint"
        " WHERE tenant_id = %b ORDER BY seq DESC OFFSET %b LIMIT 1), pruned AS"
        " (DELETE FROM clustering_clusterlog l USING oldest"
        " WHERE l.tenant_id = %b AND l.last_seq <= oldest.seq)"
        " DELETE FROM clustering_clustercheckpoint c USING oldest"
        " WHERE c.tenant_id = %b AND c.seq < oldest.seq",
        [tenant_id, KEPT_CHECKPOINTS - 1, tenant_id, tenant_id],
    )


def _restored(applied_seq: int) -> Memory:
    """Return the clusterer of the newest checkpoint that can be read and caught up with.

    An upgrade may have changed what a clusterer holds. Grouping then begins anew, which costs an
    open incident its further alerts; a tenant that stands still would cost all of them.
    """
    rows = bulk.run(
        "SELECT state, noise, seq, created_at FROM clustering_clustercheckpoint"
        " WHERE tenant_id = %b ORDER BY seq DESC",
        [require_tenant_id()],
    )
    for state, noise, seq, created_at in rows:
        try:
            clusterer = OnlineClusterer.restore(state, advisers=advising.find)
            memory = Memory(clusterer, NoiseMemory.restore(noise), seq, created_at)
        except CheckpointError as error:
            log.warning("a checkpoint is of no use", seq=seq, why=str(error))
            continue
        if _catch_up(memory, applied_seq):
            return memory
    memory = Memory(OnlineClusterer(advisers=advising.find))
    return memory if _catch_up(memory, applied_seq) else _blank(applied_seq)


def _blank(applied_seq: int) -> Memory:
    """Return a clusterer without a past, which numbers its clusters after those there are."""
    log.error("grouping begins anew", tenant=require_tenant_id(), seq=applied_seq)
    [(opened,)] = bulk.run(
        "SELECT coalesce(max(number), 0) FROM clustering_alertcluster WHERE tenant_id = %b",
        [require_tenant_id()],
    )
    clusterer = OnlineClusterer.begin_after(opened, applied_seq, advisers=advising.find)
    clusterer.config = begins_with()
    clusterer.apply(SetLessons(taught_with()))
    clusterer.apply(SetAdviser(advising.live()))
    return Memory(clusterer)


def _catch_up(memory: Memory, seq: int) -> bool:
    """Apply the log up to `seq`; False, and a clusterer of no use, if it is not all there.

    The log reaches back to the older of the kept checkpoints: a copy from before that is lost.
    """
    clusterer = memory.clusterer
    if clusterer.seq >= seq:
        return clusterer.seq == seq
    tail = bulk.run(
        "SELECT first_seq, last_seq, body FROM clustering_clusterlog"
        " WHERE tenant_id = %b AND last_seq > %b ORDER BY last_seq",
        [require_tenant_id(), clusterer.seq],
    )
    for first_seq, last_seq, body in tail:
        if first_seq != clusterer.seq + 1:
            return False
        try:
            entries = decode_entries(body)
        except CheckpointError as error:
            log.warning("a part of the log is of no use", first_seq=first_seq, why=str(error))
            return False
        for entry in entries:
            memory.apply(entry)
        clusterer.seq = last_seq
    return clusterer.seq == seq
