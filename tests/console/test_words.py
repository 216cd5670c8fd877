"""What pages call things."""

import pytest

from watchfloor.aiops.configuration import SHIPPED, Setting, settings
from watchfloor.aiops.fraud.model import DETECTORS
from watchfloor.console import fraud, words

ALL = [one for part in ("clustering", "noise") for one in settings(SHIPPED, part)]


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_setting_that_can_be_rehearsed_says_what_it_does(one: Setting) -> None:
    assert words.setting_help(one.name).endswith(".")


def test_no_two_settings_have_the_same_name() -> None:
    assert len({words.setting(one.name) for one in ALL}) == len(ALL)


def test_every_detector_of_fraud_says_what_it_looks_for() -> None:
    assert set(fraud.DETECTORS) == set(DETECTORS)
