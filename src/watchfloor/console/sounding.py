"""What sounds, as its page offers it to be set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watchfloor.aiops.alerts.sounding import URGENT, Kind, Tone
from watchfloor.noc.sounds.selectors import Policy

NAMES: Mapping[Kind, tuple[str, str]] = {
    Kind.LIFE_SAFETY: ("Life safety", "At once, until somebody acknowledges it."),
    Kind.UNCLAIMED: ("Critical, nobody looks", "After a minute, until somebody does."),
    Kind.CRITICAL: ("Critical", "As it arrives."),
    Kind.HIGH: ("High", "As it arrives."),
    Kind.MEDIUM: ("Medium", "As it arrives."),
    Kind.LOW: ("Low", "As it arrives."),
    Kind.INFO: ("Info", "As it arrives."),
}
TONES: Mapping[Tone, str] = {
    Tone.ALARM: "Two-tone alarm",
    Tone.CHIME: "Chime",
    Tone.PULSE: "Three beeps",
}
PAUSES = (2, 5, 10, 30, 60)
URGENT_PAUSES = (2, 5, 10)


@dataclass(frozen=True, slots=True)
class Line:
    """One kind, what is set for it, and the ways it can be: `every` "" is no sound, "0" once."""

    kind: Kind
    name: str
    help: str
    tone: Tone
    every: str
    ways: tuple[tuple[str, str], ...]


def lines(policy: Policy) -> Iterable[Line]:
    for kind, (name, told) in NAMES.items():
        sound = policy.get(kind)
        every = "" if sound is None else str(sound.every)
        tone = sound.tone if sound else Tone.CHIME
        yield Line(kind, name, told, tone, every, _ways(kind, sound.every if sound else 0))


def _ways(kind: Kind, set_to: int) -> tuple[tuple[str, str], ...]:
    """Return the choices; what was set by program stays one of them."""
    pauses = {*(URGENT_PAUSES if kind in URGENT else PAUSES), *((set_to,) if set_to else ())}
    again = tuple((str(pause), f"Every {pause} s") for pause in sorted(pauses))
    return again if kind in URGENT else (("", "No sound"), ("0", "Once"), *again)
