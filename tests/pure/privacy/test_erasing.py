"""One person is taken out of words and packed bytes, and nobody and nothing else."""

from __future__ import annotations

import zlib

import msgspec
import pytest

from watchfloor.aiops.clustering import checkpoint
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.memory import Memory, State
from watchfloor.aiops.privacy.erasing import Eraser
from watchfloor.aiops.types import Signal

NAMES = ("Grace Hill", "Hill G.")


def eraser(code: str = "P-100", **how: bool) -> Eraser:
    return Eraser(code, "erased-1", NAMES, "020 7946 0001", "grace@example.com", **how)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Grace Hill", "erased-1"),
        ("Hill, Grace left gate 100", "H•••  G••• left gate 100".replace("  ", " ")),
        ("P-100, not P-1000 or XP-100", "erased-1, not P-1000 or XP-100"),
        ("GRACE@example.com and ops@example.com", "erased-1 and ops@example.com"),
        ("+44 (0)20 7946-0001, not +44 20 7000 1111", "•••, not +44 20 7000 1111"),
        ("Grace at the top of the hill", "Grace at the top of the hill"),
    ],
)
def test_a_text_is_left_without_the_person_and_with_all_others(text: str, without: str) -> None:
    assert eraser().text(text) == without
    assert eraser().text(without) == without


def test_a_code_that_may_mean_something_else_goes_only_where_it_stands_for_the_person() -> None:
    for one in (eraser("100"), eraser("gate-1", is_code_telling=False)):
        assert one.text(f"level {one.code}") == f"level {one.code}"
        assert one.code_of(one.code) == "erased-1"
    assert eraser().code_of("P-2") == "P-2"


def test_packed_bytes_keep_their_form_at_any_depth() -> None:
    told = {("a", "Grace Hill"): [1, 2.5, None, b"\x00", {"who": ("P-100", float("inf"))}]}
    packed = msgspec.msgpack.encode(told)
    deflated = eraser().deflated(zlib.compress(packed))
    assert msgspec.msgpack.decode(zlib.decompress(deflated)) == {
        ("a", "erased-1"): [1, 2.5, None, b"\x00", {"who": ["erased-1", float("inf")]}]
    }
    plain = msgspec.msgpack.encode({"site": "S1", "at": 1.5})
    assert eraser().packed(plain) == plain


def test_a_state_of_the_clusterer_is_the_same_but_for_the_person() -> None:
    memory = Memory(State())
    report = ReportView("r", "a", 60.0, Signal.FIRING, "DOOR", message="Grace Hill at the door")
    memory.hear(report, ClusteringConfig())
    memory.profiles.note(report, 1.0, cluster=1)
    data = checkpoint.pack(ClusteringConfig(), 7, memory)
    config, seq, left = checkpoint.unpack(checkpoint.without(data, eraser()))
    assert (config, seq) == (ClusteringConfig(), 7)
    assert left.pasts == memory.pasts
    assert set(left.profiles.words) == {"at", "the", "door"}
    [told] = left.profiles.clusters[1]
    assert told.words == ("at", "the", "door")
