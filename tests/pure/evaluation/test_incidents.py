from __future__ import annotations

import importlib.util
from pathlib import Path
from random import Random

import pytest

from watchfloor.aiops.errors import ShapeError
from watchfloor.aiops.evaluation.incidents import evaluate_incidents

SCORERS = Path(__file__).resolve().parents[4] / "shared" / "data" / "scorers"


def test_each_incident_in_a_cluster_of_its_own_is_perfect() -> None:
    found = evaluate_incidents(["fire", "fire", "leak", ""], ["1", "1", "2", "3"])

    assert (found.ari, found.hidden, found.clusters_per_incident) == (1.0, (), 1.0)
    assert found.points_from_perfect == 0.0


def test_an_incident_behind_another_is_hidden_and_the_larger_is_seen() -> None:
    found = evaluate_incidents(["fire", "fire", "leak", ""], ["1", "1", "1", "3"])

    assert found.hidden == ("leak",)
    assert found.hidden_share == 0.5
    assert found.points_from_perfect == pytest.approx(25.0)


def test_an_incident_in_pieces_counts_them() -> None:
    assert evaluate_incidents(["a", "a", "b"], ["1", "2", "3"]).clusters_per_incident == 1.5


def test_lumping_noise_cuts_more_than_perfect_and_is_no_better_for_it() -> None:
    found = evaluate_incidents(["", "", "", "a", "a"], ["1", "1", "1", "2", "2"])

    assert found.cut > found.perfect_cut
    assert found.points_from_perfect == pytest.approx(40.0)


def test_truth_and_answer_must_be_of_one_length() -> None:
    with pytest.raises(ShapeError):
        evaluate_incidents(["a"], [])
    with pytest.raises(ShapeError):
        evaluate_incidents([], [])


@pytest.mark.data
@pytest.mark.skipif(not SCORERS.exists(), reason="the shared data is not here")
@pytest.mark.parametrize("mixing", [0.02, 0.3])
def test_it_agrees_with_the_independent_scorer(mixing: float) -> None:
    rng = Random(7)  # noqa: S311
    incidents = [rng.choice(["", f"i{rng.randrange(60)}"]) for _ in range(900)]
    clusters = [
        f"c{rng.randrange(40)}" if rng.random() < mixing else f"of-{name or number}"
        for number, name in enumerate(incidents)
    ]
    spec = importlib.util.spec_from_file_location("facility", SCORERS / "facility_score.py")
    assert spec is not None
    assert spec.loader is not None
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    truth = [{"id": str(n), "incident": name or None} for n, name in enumerate(incidents)]
    said = theirs.clusters(truth, {str(n): name for n, name in enumerate(clusters)})
    ours = evaluate_incidents(incidents, clusters)

    assert round(ours.ari, 4) == said["ARI"]
    assert len(ours.hidden) == said["incidents_hidden_in_anothers_cluster"]
    assert round(ours.clusters_per_incident, 2) == said["clusters_per_incident"]
    assert round(ours.cut, 4) == said["reduction"]
    assert round(ours.perfect_cut, 4) == said["reduction_ceiling"]
