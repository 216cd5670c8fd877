"""A link model advises: it may only join what the rules would have opened anew."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from tests.pure.clustering.streams import START, logs, make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import ResolveCluster, SetAdviser
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.learned import RuleModel
from watchfloor.aiops.clustering.link import LinkModel, Row, Weights
from watchfloor.aiops.clustering.log import Entry, decode_entries, encode_entries
from watchfloor.aiops.clustering.pairs import SCHEMA

ASK = SetAdviser("any")
SAME_SITE, DISTANCE = (SCHEMA.names.index(name) for name in ("same_site", "distance"))


class Eager:
    """Holds everything at one site for one matter."""

    threshold = 0.9

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        return [0.95 * row[SAME_SITE] for row in rows]

    def why(self, row: Row) -> Weights:
        return (("same_site", 0.95),)


def find(sha256: str) -> LinkModel | None:
    models: dict[str, LinkModel] = {"any": Eager(), "rules": RuleModel()}
    return models.get(sha256)


def told(*entries: Entry) -> list[Membership]:
    clusterer = OnlineClusterer(advisers=find)
    answers = [clusterer.apply(entry) for entry in entries]
    return [answer for answer in answers if answer is not None]


def at_door(minute: float, **said: Any) -> ReportView:
    return make_report(minute, entity="alpha-door", alert_type="FORCED", **said)


def test_it_joins_what_the_rules_would_have_opened_and_says_so() -> None:
    alone = told(make_report(0), at_door(12))
    advised = told(ASK, make_report(0), at_door(12))

    assert [one.cluster for one in alone] == [1, 2]
    assert [one.cluster for one in advised] == [1, 1]
    last = advised[-1]
    assert (last.decided_by, last.score, last.threshold) == ("adviser", 0.95, 0.9)
    assert last.features == (("same_site", 0.95),)
    assert advised[0].decided_by == "rules"


def test_below_its_threshold_it_keeps_silent() -> None:
    told_elsewhere = told(ASK, make_report(0), make_report(12, site="beta"))

    assert [one.cluster for one in told_elsewhere] == [1, 2]
    assert told_elsewhere[-1].decided_by == "rules"


def test_it_never_takes_apart_what_the_rules_join() -> None:
    same_thing = make_report(5, alert_type="TAMPER", site="")
    first = replace(same_thing, report_id="first", alert_type="OFFLINE", alert_id="x", at=START)

    assert [one.decided_by for one in told(ASK, first, same_thing)] == ["rules", "rules"]
    assert told(ASK, first, same_thing)[-1].cluster == 1


def test_life_safety_stays_alone_and_takes_nobody_in() -> None:
    panic = make_report(1, entity="guard", alert_type="PANIC", is_life_safety=True)

    assert [one.cluster for one in told(ASK, panic, at_door(12), panic)] == [1, 2, 1]
    assert [one.cluster for one in told(ASK, at_door(0), panic)] == [1, 2]


def test_nothing_joins_a_resolved_cluster() -> None:
    done = ResolveCluster(1, START + 60.0)

    assert [one.cluster for one in told(ASK, make_report(0), done, at_door(12))] == [1, 2]


def test_caps_hold() -> None:
    far = [
        make_report(25.0 * n, entity=f"alpha-thing-{n}", alert_type=f"KIND_{n}") for n in range(20)
    ]

    answers = told(ASK, *far)

    spans: dict[int, list[float]] = {}
    for report, answer in zip(far, answers, strict=True):
        spans.setdefault(answer.cluster, []).append(report.at)
    assert len(spans) > 1
    assert all(max(at) - min(at) <= 6 * 3600 for at in spans.values())


def test_without_its_model_the_rules_decide_alone() -> None:
    gone = told(SetAdviser("gone"), make_report(0), at_door(12))
    ended = told(ASK, make_report(0), SetAdviser(None), at_door(12))

    assert [one.cluster for one in gone] == [1, 2]
    assert [one.cluster for one in ended] == [1, 2]


@given(logs())
@settings(max_examples=60)
def test_rules_as_their_own_adviser_change_nothing(log: list[Entry]) -> None:
    assert told(SetAdviser("rules"), *log) == told(*log)


@given(logs())
@settings(max_examples=60)
def test_a_restored_clusterer_advises_as_one_that_went_on(log: list[Entry]) -> None:
    whole = OnlineClusterer(advisers=find)
    whole.apply(ASK)
    half = len(log) // 2
    for entry in log[:half]:
        whole.apply(entry)
    restored = OnlineClusterer.restore(whole.snapshot(), advisers=find)

    assert [whole.apply(e) for e in log[half:]] == [restored.apply(e) for e in log[half:]]
    assert whole.snapshot() == restored.snapshot()


def test_it_is_told_how_far_away_the_nearest_alert_is() -> None:
    shared = {"domains": ("carrier:C1",), "alert_type": "LINE_DOWN"}
    sites = {"alpha": (12.90, 77.60), "beta": (12.90, 77.70), "gamma": (12.90, 77.80)}
    log = [
        make_report(5.0 * n, site=site, position=position, **shared)
        for n, (site, position) in enumerate(sites.items())
    ]
    nowhere = make_report(20, site="delta", **shared)

    rows = dict(rows_of([*log, nowhere]))

    [[to_alpha], to_both] = [[row[DISTANCE] for row in rows[r.report_id]] for r in log[1:]]
    assert to_alpha == pytest.approx(10.8, abs=0.1)
    assert min(to_both) == pytest.approx(to_alpha)
    assert all(isnan(row[DISTANCE]) for row in rows[nowhere.report_id])


def test_the_log_keeps_where_a_site_lies_and_older_rows_are_read() -> None:
    there, nowhere = make_report(position=(12.9, 77.6)), make_report(1)
    assert decode_entries(encode_entries([there, nowhere])) == [there, nowhere]

    [row] = msgspec.msgpack.decode(encode_entries([nowhere]))
    assert decode_entries(msgspec.msgpack.encode([row[:-1]])) == [nowhere]


def test_the_log_keeps_which_model_was_asked() -> None:
    entries: list[Entry] = [SetAdviser("ab12"), SetAdviser(None)]

    assert decode_entries(encode_entries(entries)) == entries


@given(logs())
@settings(max_examples=40)
def test_names_mean_nothing_to_it(log: list[Entry]) -> None:
    def renamed(entry: Entry) -> Entry:
        if not isinstance(entry, ReportView):
            return entry
        return replace(
            entry,
            site=entry.site and f"z{entry.site}",
            entity=f"z{entry.entity}",
            alert_type=f"z{entry.alert_type}",
            domains=tuple(f"z{name}" for name in entry.domains),
        )

    rows = [seen(log), seen([renamed(entry) for entry in log])]

    assert rows[0] == rows[1]


def seen(log: list[Entry]) -> list[str]:
    return [repr(row) for _, rows in rows_of(log) for row in rows]


def rows_of(log: Sequence[Entry]) -> list[tuple[str, Sequence[Row]]]:
    """Return what the adviser is shown of each report."""
    found: list[tuple[str, Sequence[Row]]] = []
    clusterer = OnlineClusterer(advisers=find)
    clusterer.watch(lambda report, near, rows, asked: found.append((report.report_id, rows)))
    clusterer.apply(SetAdviser("rules"))
    for entry in log:
        clusterer.apply(entry)
    return found
