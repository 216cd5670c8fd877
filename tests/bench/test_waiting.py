from __future__ import annotations

import pytest
from playwright.sync_api import TimeoutError

from watchfloor.bench.console.waiting import awaited
from watchfloor.bench.floors import NotMeasured


def test_who_waited_in_vain_is_told_for_what_and_how_long_but_not_every_step() -> None:
    with pytest.raises(NotMeasured) as told, awaited("the first row of the list"):
        raise TimeoutError("Timeout 10000ms exceeded.\nCall log: locator resolved to hidden")

    assert (
        str(told.value) == "waited in vain for the first row of the list: Timeout 10000ms exceeded."
    )
