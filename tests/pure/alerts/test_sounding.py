"""What sounds for whom: whatever is set and muted, somebody hears what must be heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts import sounding
from watchfloor.aiops.alerts.sounding import SHIPPED, Kind, Sound, Tone
from watchfloor.aiops.errors import ConfigError

SOUNDS = st.builds(Sound, st.sampled_from(Tone), st.integers(-5, 400))
POLICIES = st.dictionaries(st.sampled_from(Kind), SOUNDS)


@given(POLICIES)
def test_no_policy_and_no_mute_keeps_danger_quiet(policy: dict[Kind, Sound]) -> None:
    try:
        sounding.check(policy)
    except ConfigError:
        return
    for is_muted in (False, True):
        rings = sounding.rings(policy, is_muted=is_muted)
        for kind in (Kind.LIFE_SAFETY, Kind.UNCLAIMED):
            assert 1 <= rings[kind].every <= 10
            assert rings[kind].after <= 120


def test_what_is_shipped_is_allowed_and_sounds_for_life_safety_at_once() -> None:
    sounding.check(SHIPPED)

    rings = sounding.rings(SHIPPED, is_muted=False)

    assert rings[Kind.LIFE_SAFETY].after == 0
    assert rings[Kind.UNCLAIMED].after == 60
    assert rings[Kind.CRITICAL].every == 0
    assert Kind.HIGH not in rings


def test_a_muted_desk_hears_a_minute_later_what_nobody_looks_at_and_nothing_else() -> None:
    policy = {**SHIPPED, Kind.HIGH: Sound(Tone.CHIME, 30)}

    rings = sounding.rings(policy, is_muted=True)

    assert {kind: ring.after for kind, ring in rings.items()} == {
        Kind.LIFE_SAFETY: 60,
        Kind.UNCLAIMED: 120,
    }


@pytest.mark.parametrize(
    "change",
    [
        {Kind.LIFE_SAFETY: None},
        {Kind.LIFE_SAFETY: Sound(Tone.ALARM, 0)},
        {Kind.UNCLAIMED: Sound(Tone.CHIME, 11)},
        {Kind.HIGH: Sound(Tone.CHIME, 301)},
        {Kind.INFO: Sound(Tone.CHIME, -1)},
    ],
    ids=str,
)
def test_what_would_not_be_heard_is_refused(change: dict[Kind, Sound | None]) -> None:
    policy = {kind: sound for kind, sound in {**SHIPPED, **change}.items() if sound}

    with pytest.raises(ConfigError):
        sounding.check(policy)


def test_only_severities_that_repeat_wait_for_somebody() -> None:
    policy = {**SHIPPED, Kind.LOW: Sound(Tone.PULSE, 60)}

    assert sounding.repeated(policy) == {Kind.LOW}
