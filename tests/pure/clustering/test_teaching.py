"""What people say of grouping: merge, split, move, undo, lessons."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pure.clustering.streams import START, cluster_all, logs, make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.candidates import blocking_keys
from watchfloor.aiops.clustering.commands import (
    MergeClusters,
    MoveAlert,
    SetLessons,
    SplitCluster,
    Teaching,
    UndoMerge,
)
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.lessons import Lesson, Relation, relation_of
from watchfloor.aiops.clustering.log import Entry, decode_entries, encode_entries
from watchfloor.aiops.errors import CommandError


def at(minute: float) -> float:
    return START + 60.0 * minute


class Night:
    """A clusterer with a short hand."""

    def __init__(self) -> None:
        self.clusterer = OnlineClusterer()

    def hear(self, minute: float, **said: object) -> Membership:
        answer = self.clusterer.apply(make_report(minute, **said))
        assert answer is not None
        return answer

    def do(self, command: Entry) -> None:
        assert self.clusterer.apply(command) is None

    def split(self, cluster: int, *reports: ReportView, minute: float) -> int:
        ids = tuple(report.alert_id for report in reports)
        keys = tuple(key for report in reports for key in blocking_keys(report))
        self.do(SplitCluster(cluster, ids, at(minute), keys))
        return self.clusterer.opened


def two_sites() -> Night:
    night = Night()
    assert night.hear(0, site="alpha").cluster == 1
    assert night.hear(1, site="beta").cluster == 2
    return night


def one_site() -> Night:
    """Three alerts of one site in cluster 1."""
    night = Night()
    for minute, kind in ((0, "OFFLINE"), (0.1, "TAMPER"), (0.2, "POWER")):
        assert night.hear(minute, alert_type=kind).cluster == 1
    return night


def test_after_a_merge_reports_of_either_go_to_the_target() -> None:
    night = two_sites()
    night.do(MergeClusters(1, 2, at(2)))

    assert night.hear(3, site="alpha").cluster == 2
    assert night.hear(3, site="beta").cluster == 2
    assert night.hear(3.1, site="alpha", alert_type="TAMPER", entity="alpha-camera").cluster == 2


def test_a_merge_holds_for_the_next_bouts_of_what_it_joined() -> None:
    night = two_sites()
    night.do(MergeClusters(1, 2, at(2)))
    night.hear(20, site="beta")
    night.hear(29, site="beta", alert_type="TAMPER")

    back = night.hear(40, site="alpha")

    assert (back.cluster, back.opened_bout, back.decided_by) == (2, True, "operator")
    assert back.features == (("put_here", 1.0),)


def test_a_merge_into_what_the_machine_has_forgotten_goes_on_under_its_number() -> None:
    night = two_sites()
    night.clusterer._memory.index.discard(night.clusterer.clusters[1])
    del night.clusterer.clusters[1]
    night.do(MergeClusters(2, 1, at(2)))

    assert night.hear(3, site="beta").cluster == 1


def test_what_was_split_off_stays_together_and_out() -> None:
    night = one_site()
    off = [make_report(0, alert_type=kind) for kind in ("OFFLINE", "TAMPER")]
    fresh = night.split(1, *off, minute=1)

    assert fresh == 2
    assert night.hear(2, alert_type="OFFLINE").cluster == 2
    assert night.hear(2, alert_type="TAMPER").cluster == 2
    assert night.hear(2, alert_type="POWER").cluster == 1
    assert night.hear(29, alert_type="DOOR", entity="alpha-door").cluster == 3
    late = [night.hear(33, alert_type=kind) for kind in ("OFFLINE", "TAMPER")]
    assert {answer.cluster for answer in late}.isdisjoint({1})


def test_a_life_that_was_taken_out_never_falls_back() -> None:
    night = Night()
    night.hear(0, alert_type="POWER", entity="alpha-ups")
    night.hear(0.1)
    fresh = night.split(1, make_report(0), minute=1)
    for minute in range(2, 100, 3):
        night.hear(minute, alert_type=f"POWER-{minute}", entity="alpha-ups")
        night.hear(minute + 1, alert_type="POWER", entity="alpha-ups")

    answer = night.hear(101)

    assert fresh == 2
    assert answer.cluster != 1


@pytest.mark.parametrize(("thing", "goes_to"), [("alpha-door", 2), ("alpha-ups", 1)])
def test_news_of_what_left_goes_where_it_is_now(thing: str, goes_to: int) -> None:
    night = Night()
    night.hear(0, alert_type="POWER", entity="alpha-ups")
    night.hear(0.1, entity="alpha-door")
    assert night.split(1, make_report(0, entity="alpha-door"), minute=1) == 2

    assert night.hear(2, alert_type="TAMPER", entity=thing).cluster == goes_to


def test_an_alert_moves_into_another_cluster_and_stays_there() -> None:
    night = two_sites()
    night.do(MoveAlert("OFFLINE@alpha-camera", 2, at(2)))

    assert night.hear(3, site="alpha").cluster == 2


def test_an_alert_moves_out_into_a_cluster_of_its_own() -> None:
    night = one_site()
    night.do(MoveAlert("TAMPER@alpha-camera", None, at(2)))

    assert night.hear(3, alert_type="TAMPER").cluster == 2
    assert night.hear(3, alert_type="POWER").cluster == 1


def test_a_merge_that_is_undone_leaves_both_as_they_were() -> None:
    night = two_sites()
    night.do(MergeClusters(1, 2, at(2)))
    night.hear(3, site="alpha")
    night.do(UndoMerge(1, 2, ("OFFLINE@alpha-camera",), at(4)))

    assert night.hear(5, site="alpha").cluster == 1
    assert night.hear(5, site="beta").cluster == 2
    assert night.hear(5.1, site="alpha", alert_type="TAMPER").cluster == 1
    assert night.hear(5.1, site="beta", alert_type="TAMPER").cluster == 2


def test_a_merge_by_machine_is_undone_alike_and_not_made_again() -> None:
    night = Night()
    lamps = [
        {"site": site, "entity": f"{site}-lamp-{n}", "domains": (site, "feeder-7")}
        for n, site in enumerate(("alpha", "beta") * 12)
    ]
    merges: list[tuple[int, int]] = []
    place = 0
    while not merges:
        merges.extend(night.hear(place * 0.3, **lamps[place]).merges)
        place += 1
    source, into = merges[0]
    held = night.clusterer._memory.taught.undoable[source].source.members[:]
    night.do(UndoMerge(source, into, (), at(place * 0.3)))
    later = [night.hear(n * 0.3, **lamps[n]) for n in range(place, len(lamps))]

    assert held
    assert {night.clusterer.alerts[member].cluster for member in held} == {source}
    assert (source, into) not in [merge for answer in later for merge in answer.merges]


def test_life_safety_is_never_merged_split_or_moved() -> None:
    night = two_sites()
    panic = {"site": "alpha", "alert_type": "PANIC", "is_life_safety": True}
    assert night.hear(2, **panic).cluster == 3
    commands: list[Teaching] = [
        MergeClusters(3, 1, at(3)),
        MergeClusters(1, 3, at(3)),
        MoveAlert("PANIC@alpha-camera", 1, at(3)),
        MoveAlert("OFFLINE@alpha-camera", 3, at(3)),
        SplitCluster(3, ("PANIC@alpha-camera",), at(3)),
    ]

    for command in commands:
        with pytest.raises(CommandError, match="life safety stands alone"):
            night.clusterer.check(command)
        night.do(command)

    assert night.hear(4, **panic).cluster == 3
    assert night.hear(4, site="alpha").cluster == 1


def test_a_cluster_cannot_be_merged_with_itself() -> None:
    with pytest.raises(CommandError, match="itself"):
        two_sites().clusterer.check(MergeClusters(1, 1, at(3)))


def lesson(*, links: bool, relation: Relation = Relation.SITE) -> SetLessons:
    return SetLessons((Lesson("l1", links, "OFFLINE", "TAMPER", relation),))


def test_a_lesson_joins_what_rules_would_not() -> None:
    night = Night()
    night.do(lesson(links=True))
    night.hear(0, entity="alpha-1", domains=())

    answer = night.hear(20, entity="alpha-2", alert_type="TAMPER", domains=())
    other = night.hear(20.1, site="beta", alert_type="TAMPER", domains=())

    assert (answer.cluster, answer.decided_by) == (1, "operator")
    assert answer.features == (("lesson:l1", 1.0),)
    assert other.cluster == 2


def test_a_lesson_keeps_apart_what_rules_would_join() -> None:
    night = Night()
    night.do(lesson(links=False))
    night.hear(0)

    answer = night.hear(0.1, alert_type="TAMPER")

    assert (answer.cluster, answer.opened_cluster, answer.decided_by) == (2, True, "operator")
    assert answer.features == (("lesson:l1", 1.0),)
    assert answer.runner_up == 1


def test_a_lesson_that_is_withdrawn_says_nothing_any_more() -> None:
    night = Night()
    night.do(lesson(links=False))
    night.hear(0)
    night.do(SetLessons(()))

    assert night.hear(0.1, alert_type="TAMPER").cluster == 1


def test_what_was_said_of_this_alert_goes_before_a_lesson() -> None:
    night = Night()
    night.do(lesson(links=True))
    night.hear(0)
    night.hear(0.1, alert_type="TAMPER")
    night.split(1, make_report(0, alert_type="TAMPER"), minute=1)

    assert night.hear(2, alert_type="TAMPER").cluster == 2
    assert night.hear(40, alert_type="TAMPER").cluster != 1


def test_two_reports_are_related_by_the_nearest_that_they_share() -> None:
    one = make_report(0, entity="alpha-door", domains=("alpha", "feeder-7"))

    assert relation_of(one, make_report(0, entity="alpha-door")) is Relation.THING
    assert relation_of(one, make_report(0, entity="alpha-lamp")) is Relation.SITE
    beta = make_report(0, site="beta", entity="beta-lamp", domains=("beta", "feeder-7"))
    assert relation_of(one, beta) is Relation.DOMAIN
    assert relation_of(one, make_report(0, site="gamma", domains=("gamma",))) is None


_IDS = [
    f"{kind}@{site}-{thing}#{life}"
    for kind in ("OFFLINE", "TAMPER", "PANIC")
    for site in ("alpha", "beta")
    for thing in ("door", "camera")
    for life in (0, 1)
]


def teachings() -> st.SearchStrategy[Entry]:
    cluster = st.integers(1, 9)
    moment = st.integers(0, 600).map(lambda m: START + 30.0 * m)
    ids = st.lists(st.sampled_from(_IDS), max_size=4, unique=True).map(tuple)
    keys = st.lists(st.sampled_from(["thing:alpha-door", "site:alpha"]), unique=True).map(tuple)
    types = st.sampled_from(["OFFLINE", "TAMPER", "PANIC"])
    said = st.builds(
        Lesson, st.just("l"), st.booleans(), types, types, st.sampled_from(list(Relation))
    )
    return st.one_of(
        st.builds(MergeClusters, cluster, cluster, moment),
        st.builds(SplitCluster, cluster, ids, moment, keys),
        st.builds(MoveAlert, st.sampled_from(_IDS), st.none() | cluster, moment, keys),
        st.builds(UndoMerge, cluster, cluster, ids, moment),
        st.builds(SetLessons, st.lists(said, max_size=2).map(tuple)),
    )


def taught_logs() -> st.SearchStrategy[list[Entry]]:
    """Logs with acts of teaching strewn in."""

    def strewn(log: list[Entry], said: list[tuple[int, Entry]]) -> list[Entry]:
        mixed = list(log)
        for place, entry in said:
            mixed.insert(place % (len(mixed) + 1), entry)
        return mixed

    said = st.lists(st.tuples(st.integers(0, 200), teachings()), min_size=1, max_size=12)
    return st.builds(strewn, logs(), said)


@given(taught_logs(), st.data())
def test_what_was_taught_survives_restarts(entries: list[Entry], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(entries)))
    first = OnlineClusterer()
    head = [first.apply(entry) for entry in entries[:cut]]
    snapshot = first.snapshot()
    second = OnlineClusterer.restore(snapshot)
    assert second.snapshot() == snapshot
    tail = [second.apply(entry) for entry in entries[cut:]]

    assert head + tail == cluster_all(entries)
    assert second.snapshot() == _after(entries).snapshot()


@given(taught_logs())
def test_what_was_taught_survives_the_log(entries: list[Entry]) -> None:
    assert decode_entries(encode_entries(entries)) == entries


@given(taught_logs())
def test_nothing_that_is_taught_puts_life_safety_with_others(entries: list[Entry]) -> None:
    members: defaultdict[int, set[str]] = defaultdict(set)
    protected = set()
    for entry, answer in zip(entries, cluster_all(entries), strict=True):
        if isinstance(entry, ReportView) and answer is not None:
            members[answer.cluster].add(entry.alert_id)
            if entry.is_life_safety:
                protected.add(answer.cluster)

    assert all(len(members[cluster]) == 1 for cluster in protected)


@given(taught_logs())
def test_every_alert_is_a_member_of_its_cluster_and_each_key_leads_to_a_cluster_that_is(
    entries: list[Entry],
) -> None:
    memory = _after(entries)._memory

    for alert in memory.alerts.values():
        cluster = memory.clusters.get(alert.cluster)
        assert cluster is None or alert.alert_id in cluster.members
    for key in memory.index._by_key:
        found = list(memory.index.newest(key, len(memory.clusters)))
        assert found
        assert all(key in cluster.keys for cluster in found)
        numbers = [cluster.number for cluster in found]
        assert numbers == sorted(set(numbers), reverse=True)


@given(taught_logs())
def test_what_is_known_to_be_shared_follows_from_the_recent_onsets(entries: list[Entry]) -> None:
    for spread in _after(entries)._memory.faults.spreads.values():
        counts = Counter(onset.cluster for onset in spread.recent)
        assert spread.shared == tuple(sorted(n for n, count in counts.items() if count > 1))


def _after(entries: list[Entry]) -> OnlineClusterer:
    clusterer = OnlineClusterer()
    for entry in entries:
        clusterer.apply(entry)
    return clusterer
