"""The rules watch a small company: what they must tell is told, and little else."""

from __future__ import annotations

from watchfloor.bench.sensing.company import watch

EXACT = ("TOUR_OVERDUE", "TOUR_INCOMPLETE")


def test_what_goes_wrong_in_a_company_is_told_and_honest_work_is_not() -> None:
    watched = watch(1, sites=3, days=7, is_staged=False)

    assert {case.code for case in watched.cases} >= {*EXACT, "ATTENDANCE_MISSING"}
    for code in EXACT:
        assert all(watched.found(code)), code
        assert all(watched.right(code)), code
    assert all(watched.right("ATTENDANCE_MISSING"))
