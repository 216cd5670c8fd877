from __future__ import annotations

from random import Random

import pytest

from watchfloor.bench import names
from watchfloor.bench.misspelling import MISTAKES, misspelt
from watchfloor.demo.world import make_world


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_leaves_something_else_that_is_near(mistake: object) -> None:
    rng = Random(1)  # noqa: S311
    assert callable(mistake)
    said = {mistake("King's Wharf Cold Store 12", rng) for _ in range(20)}

    assert any(text != "King's Wharf Cold Store 12" for text in said)
    assert all("12" in text and abs(len(text) - 26) <= 4 for text in said)


def test_about_the_wanted_share_is_misspelt_and_the_truth_is_kept() -> None:
    sites = list(make_world(sites=500).sites)
    alarms = names._alarms(sites, 5000, seed=1)
    wrong = [alarm for alarm in alarms if alarm.is_misspelt]

    assert 0.13 < len(wrong) / len(alarms) < 0.17
    assert all(a.said in (a.site.name, a.site.code) for a in alarms if not a.is_misspelt)


def test_an_alarm_at_another_site_is_silently_wrong_and_one_at_none_is_not() -> None:
    sites = list(make_world(sites=3).sites)
    sent = [names._Alarm(site, site.name, is_misspelt=True) for site in sites]
    found = names._found(sent, {0: sites[0].code, 1: sites[0].code, 2: None})

    assert (found.right, found.wrong, found.right_of_misspelt) == (1, 1, 1)


def test_the_same_seed_misspells_alike() -> None:
    assert misspelt("Harbour Street Depot", Random(3)) == misspelt(  # noqa: S311
        "Harbour Street Depot",
        Random(3),  # noqa: S311
    )
