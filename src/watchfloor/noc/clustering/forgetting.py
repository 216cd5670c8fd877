"""What the clusterer keeps of somebody who is erased: its log begins anew, at a state without."""

from __future__ import annotations

from datetime import datetime

from watchfloor.aiops.clustering.checkpoint import without
from watchfloor.aiops.privacy.erasing import Eraser
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.clustering.models import ClusterCheckpoint, ClusterCommand, ClusterLog
from watchfloor.noc.clustering.state import open_memory


def forget(eraser: Eraser, now: datetime) -> dict[str, int]:
    """Put one checkpoint without the person in place of the log and of all checkpoints.

    It has a number of its own, which no entry of the log leads to: a copy that another process
    holds cannot catch up with it, and is let go. So all go on from the same state, as ever.
    """
    commands = 0
    for command in ClusterCommand.objects.all():
        if (body := eraser.packed(command.body)) != bytes(command.body):
            ClusterCommand.objects.filter(pk=command.pk).update(body=body)
            commands += 1
    return {ClusterCommand._meta.db_table: commands, **_begin_anew(eraser, now)}


def _begin_anew(eraser: Eraser, now: datetime) -> dict[str, int]:
    stream = streams.load()
    if not stream.applied_seq:
        return {}
    memory = open_memory(stream)
    stream.applied_seq = memory.clusterer.seq = stream.applied_seq + 1
    gone = {
        kind._meta.db_table: kind.objects.all().delete()[0]
        for kind in (ClusterLog, ClusterCheckpoint)
    }
    ClusterCheckpoint.objects.create(
        seq=stream.applied_seq,
        state=without(memory.clusterer.snapshot(), eraser),
        noise=eraser.deflated(memory.noise.snapshot()),
        created_at=now,
    )
    streams.save(stream, now=now)
    return gone
