from __future__ import annotations

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pure.clustering.streams import cluster_all, logs, make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.log import Entry, decode_entries, encode_entries
from watchfloor.aiops.errors import CheckpointError


@given(logs(), st.data())
def test_a_restored_clusterer_goes_on_as_if_never_stopped(
    entries: list[Entry], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(entries)))
    first = OnlineClusterer()
    head = [first.apply(entry) for entry in entries[:cut]]
    second = OnlineClusterer.restore(first.snapshot())
    tail = [second.apply(entry) for entry in entries[cut:]]

    assert head + tail == cluster_all(entries)


@given(logs(max_size=25))
def test_changing_worker_after_every_entry_changes_nothing(entries: list[Entry]) -> None:
    clusterer = OnlineClusterer()
    answers = []
    for entry in entries:
        clusterer = OnlineClusterer.restore(clusterer.snapshot())
        answers.append(clusterer.apply(entry))

    assert answers == cluster_all(entries)


@given(logs())
def test_a_snapshot_of_a_restored_clusterer_is_the_same_bytes(entries: list[Entry]) -> None:
    clusterer = OnlineClusterer()
    for entry in entries:
        clusterer.apply(entry)
    clusterer.seq = len(entries)
    data = clusterer.snapshot()
    restored = OnlineClusterer.restore(data)

    assert restored.snapshot() == data
    assert restored.seq == len(entries)


@given(logs())
def test_the_log_comes_back_as_it_was_written(entries: list[Entry]) -> None:
    assert decode_entries(encode_entries(entries)) == entries


def test_the_configuration_travels_in_the_snapshot() -> None:
    data = OnlineClusterer(ClusteringConfig(size_cap=3)).snapshot()

    assert OnlineClusterer.restore(data).config.size_cap == 3


@pytest.mark.parametrize("length", [0, 1, 20, -1])
def test_a_damaged_snapshot_is_refused(length: int) -> None:
    clusterer = OnlineClusterer()
    clusterer.apply(make_report())

    with pytest.raises(CheckpointError):
        OnlineClusterer.restore(clusterer.snapshot()[:length])


def test_a_snapshot_of_another_version_is_refused() -> None:
    magic, version, *rest = msgspec.msgpack.decode(zlib.decompress(OnlineClusterer().snapshot()))

    with pytest.raises(CheckpointError, match="another version"):
        OnlineClusterer.restore(zlib.compress(msgspec.msgpack.encode([magic, version + 1, *rest])))


def test_damaged_log_entries_are_refused() -> None:
    with pytest.raises(CheckpointError):
        decode_entries(encode_entries([make_report()])[:-3])
    with pytest.raises(CheckpointError):
        decode_entries(msgspec.msgpack.encode([[99, 1, 2.0]]))
