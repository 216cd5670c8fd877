"""The simple methods beside ours do what their names say."""

from __future__ import annotations

from random import Random

import pytest

from watchfloor.bench.grouping import answers, peers
from watchfloor.bench.grouping.cosine import Features, cosine
from watchfloor.bench.grouping.labelled import BEGIN, NOISE, Labelled, Subject, Teller
from watchfloor.bench.grouping.scores import scored
from watchfloor.bench.grouping.storms import storms


def told(*said: tuple[float, str, str, str]) -> Labelled:
    """Return a stream of (minute, site, host, type)."""
    tell = Teller(Random(1), "test", late=0.0)  # noqa: S311
    for minute, site, host, kind in said:
        tell.say(BEGIN + 60 * minute, Subject(host, site), kind, NOISE)
    return Labelled("test", tell.told())


def test_dedupe_begins_anew_after_half_an_hour_and_for_another_type() -> None:
    stream = told((0, "s", "a", "X"), (10, "s", "a", "Y"), (30, "s", "a", "X"), (61, "s", "a", "X"))

    assert answers.dedupe(stream).final == ["1", "2", "1", "3"]


def test_a_host_gathers_its_types_and_a_site_its_hosts_while_they_follow_at_once() -> None:
    stream = told((0, "s", "a", "X"), (0.5, "s", "b", "Y"), (1, "s", "a", "Z"), (9, "s", "a", "X"))

    assert answers.same_host(stream).final == ["1", "2", "1", "1"]
    assert answers.same_site(stream).final == ["1", "1", "1", "2"]


def test_the_cosine_of_unscaled_numbers_takes_unlike_things_for_alike() -> None:
    stream = told((600, "s", "a", "X"), (601, "other", "a", "Y"), (602, "third", "a", "Z"))

    assert len(set(cosine(stream).final)) == 1


def test_a_cosine_cluster_is_closed_after_half_an_hour() -> None:
    assert cosine(told((600, "s", "a", "X"), (631, "s", "a", "X"))).final == [":1", ":2"]


def test_only_the_clusters_heard_last_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    far_apart = [(600 + n / 100, "s", f"host-{n * n}", f"T{n}") for n in range(40)]
    stream = told(*far_apart, (601, *far_apart[0][1:]))
    known = cosine(stream)
    monkeypatch.setattr("watchfloor.bench.grouping.cosine.MOST_OPEN", 1)

    assert len(set(cosine(stream).final)) >= len(set(known.final))


def test_the_vector_of_a_report_is_of_length_one_and_the_same_in_every_process() -> None:
    [vector] = [Features().of(one) for one in told((600, "s", "a", "X")).told]

    assert abs(sum(value * value for value in vector) - 1) < 1e-9
    assert vector == next(Features().of(one) for one in told((600, "s", "a", "X")).told)


def test_the_table_has_a_line_for_each_figure_and_the_means_of_each_method() -> None:
    streams = [storms("burst", count=2), storms("power", count=2)]
    methods = {"Watchfloor": answers.ours, **peers.METHODS}
    scores = {
        name: [scored(stream, name, answer(stream)) for stream in streams]
        for name, answer in methods.items()
    }
    lines = peers.table({"storms": scores}).splitlines()
    means = [sum(score.final.f1_tol for score in of) / 2 for of in scores.values()]

    assert lines[0].startswith("|  | Watchfloor | the specification's cosine")
    assert lines[2] == f"| fault storms: F1tol | {' | '.join(f'{m:.2f}' for m in means)} |"
    assert len(lines) == 2 + 2


def test_a_burst_is_what_the_simplest_method_for_storms_does_well() -> None:
    stream = storms("burst", count=6)

    assert scored(stream, "site", answers.same_site(stream)).final.f1_tol > 0.95
