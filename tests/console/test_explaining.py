"""Decisions of the clusterer in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.make import NOW, make_tenant
from watchfloor.aiops.clustering.learned import ADVISER, REST
from watchfloor.aiops.clustering.pairs import SCHEMA
from watchfloor.console import words
from watchfloor.console.explaining import explain
from watchfloor.noc.clustering.selectors import Why
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope


def decision(**values: Any) -> Why:
    usual: dict[str, Any] = {
        "alert_id": uuid7(), "cluster_id": uuid7(), "bout": 1, "started_at": NOW, "last_at": NOW,
        "report_count": 1, "score": 0.9, "threshold": 0.5, "features": [("same_site", 1.0)],
        "opened_cluster": False, "runner_up_id": None, "runner_up_score": 0.0,
        "decided_by": "rules",
    }  # fmt: skip
    return Why(**usual | values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "It fits with 0.90 of 1, where 0.50 is enough: same site."),
        ({"features": [("brand_new", 1.0)]},
         "It fits with 0.90 of 1, where 0.50 is enough: brand new."),
        ({"opened_cluster": True, "score": 0.31},
         "It began this incident: the nearest open one fitted with 0.31 only, "
         "where 0.50 is enough."),
        ({"opened_cluster": True, "features": [("nothing_near", 0.0)]},
         "It began this incident: nothing that was open was near it."),
        ({"opened_cluster": True, "features": [("life_safety", 1.0)]},
         "Life safety always has an incident of its own."),
        ({"features": [("correction:0f", 1.0)], "score": 1.0}, "An operator put it here."),
        ({"features": [("lesson:0f", 1.0)], "score": 1.0},
         "It is here because operators taught that the two belong together."),
        ({"opened_cluster": True, "features": [("kept_apart", 1.0)]},
         "It began this incident: an operator had taken it out of the nearest one."),
        ({"features": [("storm", 1.0), ("time_gap", -0.1)]},
         "It fits with 0.90 of 1, where 0.50 is enough: part of what fails together."),
    ],
)  # fmt: skip
def test_a_decision_reads_as_a_sentence(values: dict[str, Any], sentence: str) -> None:
    with tenant_scope(make_tenant().id):
        [told] = explain([decision(**values)], EVERYTHING)

    assert told.sentence == sentence


def test_reasons_that_weigh_nothing_are_left_out() -> None:
    weights = [("same_site", 0.7), ("time_gap", -0.01), ("brand_new", 0.0), ("storm", -0.3)]

    with tenant_scope(make_tenant().id):
        [told] = explain([decision(features=weights)], EVERYTHING)

    assert [reason.weight for reason in told.reasons] == [0.7, -0.3]


def test_what_would_have_split_it_is_said_in_words() -> None:
    near = [("same_site", 1.0), ("time_gap", -0.02)]
    spread = [("fault_spreads", 1.0), ("chance", -0.01)]
    whys = [
        decision(features=near, score=0.98, threshold=0.95),
        decision(features=spread, score=0.99, threshold=0.95, runner_up_id=uuid7(),
                 runner_up_score=0.96),
        decision(features=[("same_site", 1.0), ("time_gap", -0.2)], score=0.8, threshold=0.95,
                 opened_cluster=True),
        decision(features=[("life_safety", 1.0)], opened_cluster=True),
    ]  # fmt: skip
    with tenant_scope(make_tenant().id):
        told = [one.turns for one in explain(whys, EVERYTHING)]

    assert told == [
        ("With 2.5 times the time between them it would have gone into an incident of its own.",
         "Without “same site” it would have gone into an incident of its own."),
        ("Were such alerts 5.2 times as frequent by themselves, it would have gone to the next "
         "best one.",
         "Without “a fault spreads here faster than chance would” it would have gone to the next "
         "best one."),
        ("With 25% of the time between them it would have joined the nearest one.",),
        (),
    ]  # fmt: skip


def test_the_runner_up_is_named_to_those_only_who_may_see_it() -> None:
    tenant = make_tenant()
    harbour = make_site(tenant, "Harbour")
    rival = make_cluster(tenant, make_alert(tenant))
    make_incident(tenant, "Secret vault", site=harbour, cluster=rival, number=7)
    nearly = decision(runner_up_id=rival.pk, runner_up_score=0.42)

    with tenant_scope(tenant.id):
        [told] = explain([nearly], EVERYTHING)
        [hidden] = explain([nearly], Scope(site_ids=frozenset({uuid7()})))

    assert told.runner_up == "The next best was INC-7, Secret vault, with 0.42."
    assert hidden.runner_up == ""


def test_what_an_adviser_weighs_is_told_in_words() -> None:
    unnamed = {*SCHEMA.names, ADVISER, REST} - words.FEATURES.keys()

    assert not unnamed
