"""Ids sort by time and are never the same, also after a fork."""

from __future__ import annotations

import os
from uuid import UUID

from watchfloor.platform.ids import derived_uuid7, uuid7


def test_each_id_sorts_after_the_one_before_and_is_a_version_7() -> None:
    made = [uuid7() for _ in range(5_000)]

    assert made == sorted(set(made))
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {UUID(int=0x8000 << 48).variant}


def test_a_forked_child_draws_anew() -> None:
    uuid7()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, uuid7().bytes)
        os._exit(0)
    os.waitpid(child, 0)

    theirs = UUID(bytes=os.read(reading, 16))
    os.close(reading)
    os.close(writing)

    assert theirs.int & ((1 << 62) - 1) != uuid7().int & ((1 << 62) - 1)


def test_what_derives_from_an_id_is_always_the_same_and_of_the_same_time() -> None:
    parent = uuid7()

    assert derived_uuid7(parent, "cluster") == derived_uuid7(parent, "cluster")
    assert derived_uuid7(parent, "cluster") != derived_uuid7(parent, "incident")
    assert derived_uuid7(parent, "cluster").int >> 80 == parent.int >> 80
