"""Sites that one carrier serves are judged together: a short cut shows nowhere else."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.operation.directory import DeviceRef, Directory, SiteRef
from watchfloor.aiops.operation.engine import Engine, Timed, Transition
from watchfloor.aiops.operation.events import Beat, Moment
from watchfloor.aiops.operation.facts.devices import DevicesFacts
from watchfloor.aiops.operation.facts.regrouping import regrouped
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.lines import TOGETHER, lines
from watchfloor.aiops.operation.rules.catalogue import LIMITS, RULES
from watchfloor.aiops.operation.stored import pack, unpack

ENGINE = Engine(RULES)
PERIOD = 900.0
START = 1_767_592_800.0
SITES = ("gate", "yard", "lodge", "tower")
DEVICES = {f"{site}-{number}": site for number in range(5) for site in SITES}
"""They speak one after the other, 45 seconds apart, never twice in a row of one site."""
SHARED = lines(dict.fromkeys(SITES, "North"), {})
APART: dict[str, str] = {}


def directory(shared: dict[str, str], **moved: str) -> Directory:
    return Directory(
        Limits.of(LIMITS.values()),
        sites={site: SiteRef(line=shared.get(site, "")) for site in SITES},
        devices={
            code: DeviceRef(site=moved.get(code.replace("-", "_"), site), beat_seconds=PERIOD)
            for code, site in DEVICES.items()
        },
    )


def beat(number: int, device: str) -> Timed:
    at = Moment(START + (number + list(DEVICES).index(device) / len(DEVICES)) * PERIOD)
    return Timed(at, Beat(ts=at, device=device))


def beats(until: int, lost: frozenset[tuple[int, str]] = frozenset()) -> list[Timed]:
    every = [(number, device) for number in range(until) for device in DEVICES]
    return [beat(number, device) for number, device in every if (number, device) not in lost]


class Floor:
    """Subjects as they are between two batches, packed as they are kept."""

    def __init__(self, known: Directory) -> None:
        self.directory = known
        self.told: list[Transition] = []
        self.until = START
        self._kept: dict[str, tuple[bytes, float | None]] = {}

    @property
    def codes(self) -> set[str]:
        return set(self._kept)

    @property
    def dark(self) -> set[str]:
        """What is told and not resolved, by the identity of its alert."""
        open_: set[str] = set()
        for one in sorted(self.told, key=lambda one: one.at):
            key = f"{one.subject} {one.standing.key}"
            (open_.add if one.is_firing else open_.remove)(key)
        return open_

    def go_on(self, until: int, lost: frozenset[tuple[int, str]] = frozenset()) -> None:
        """Hear the beats of the periods up to `until`."""
        rest = [one for one in beats(until, lost) if one.at >= self.until]
        self.hear(rest, START + until * PERIOD)

    def hear(self, events: list[Timed], until: float) -> None:
        self.until = until
        heard: dict[str, list[Timed]] = {code: [] for code in self._kept}
        for timed in events:
            for code in DevicesFacts.subjects(timed.event, self.directory):
                heard.setdefault(code, []).append(timed)
        for code, own in heard.items():
            blob, due = self._kept.get(code, (b"", None))
            facts = unpack(DevicesFacts, blob) if blob else DevicesFacts(code=code)
            after = ENGINE.advance(facts, own, until, self.directory, due)
            self.told += after.transitions
            if after.facts is not None:
                self._kept[code] = (pack(after.facts), after.due_at)

    def regroup(self, known: Directory) -> None:
        self.directory = known
        facts = [unpack(DevicesFacts, blob) for blob, _ in self._kept.values()]
        for code, changed in regrouped(facts, known).items():
            if changed is None:
                del self._kept[code]
            else:
                self._kept[code] = (pack(changed), changed.clock)


def floor(shared: dict[str, str], lost: frozenset[tuple[int, str]] = frozenset()) -> Floor:
    heard = Floor(directory(shared))
    heard.go_on(40, lost)
    return heard


def test_a_cut_that_keeps_back_one_beat_at_each_site_is_told_by_the_line_alone() -> None:
    cut = frozenset((38, f"{site}-2") for site in SITES)

    assert {one.standing.device for one in floor(SHARED, cut).told} == {one for _, one in cut}
    assert floor(APART, cut).told == []


def test_a_site_that_is_out_does_not_make_its_line_out() -> None:
    out = frozenset((number, f"gate-{one}") for number in (38, 39) for one in range(5))
    lost = frozenset({(38, "yard-0"), (38, "tower-4")})

    told = {one.standing.device for one in floor(SHARED, out | lost).told if one.is_firing}
    assert told == {device for device, site in DEVICES.items() if site == "gate"}


def test_devices_take_along_what_is_open_when_their_line_becomes_another() -> None:
    gone = frozenset((number, "gate-0") for number in range(30, 60))
    known = floor(APART, gone)
    assert (known.codes, known.dark) == ({*SITES}, {"gate gate-0"})

    known.regroup(directory(SHARED))
    known.hear([], known.until)
    assert (known.codes, known.dark) == ({"line:North:0"}, {"gate gate-0"})
    assert len(known.told) == 1

    known.regroup(directory(APART))
    known.go_on(42, gone)
    assert known.dark == {"gate gate-0"}
    known.hear([beat(42, "gate-0")], START + 42.1 * PERIOD)
    assert (known.codes, known.dark) == ({*SITES}, set())


def test_regrouping_what_is_where_it_belongs_changes_nothing() -> None:
    known = directory(SHARED)
    facts = DevicesFacts(code="line:North:0")
    for one in beats(6):
        facts = facts.after(one.event, one.at, known)

    assert regrouped([facts], known) == {}


def test_of_a_device_that_two_subjects_heard_the_latest_word_counts() -> None:
    apart, known = directory(APART), directory(SHARED)
    old = DevicesFacts(code="gate", site="gate").after(*beat(0, "gate-1")[::-1], apart)
    late = DevicesFacts(code="line:North:0").after(*beat(3, "gate-1")[::-1], known)

    changed = regrouped([late, old], known)
    assert changed["gate"] is None
    joined = changed["line:North:0"]
    assert joined is not None
    assert joined.beats.devices == late.beats.devices


def test_a_device_that_moves_along_its_line_is_a_new_one_at_its_new_site() -> None:
    gone = frozenset((number, "gate-0") for number in range(30, 41))
    known = floor(SHARED, gone)
    known.directory = directory(SHARED, gate_0="yard")
    known.go_on(42, gone)

    assert known.dark == set()
    assert [one.standing.site for one in known.told] == ["gate", "gate"]


def test_many_devices_are_several_lines_and_few_sites_move_as_they_grow() -> None:
    sites = [f"site-{number}" for number in range(700)]

    def shared(each: int) -> dict[str, str]:
        devices = {f"{site} {one}": DeviceRef(site=site) for site in sites for one in range(each)}
        return lines(dict.fromkeys(sites, "North"), devices)

    small, large = shared(11), shared(14)
    assert set(shared(0).values()) == {"line:North:0"}
    assert max(Counter(large.values()).values()) * 14 < 2.5 * TOGETHER
    assert large == shared(12)
    assert sum(large[site] == small[site] for site in sites) > 300


@settings(max_examples=10)
@given(
    st.frozensets(st.tuples(st.integers(0, 11), st.sampled_from(sorted(DEVICES))), max_size=40),
    st.sets(st.floats(0, 14), max_size=4),
)
def test_it_does_not_matter_how_the_stream_of_a_line_is_cut(
    lost: frozenset[tuple[int, str]], cuts: set[float]
) -> None:
    whole, cut = Floor(directory(SHARED)), Floor(directory(SHARED))
    events, end = beats(12, lost), 14.0
    whole.hear(events, START + end * PERIOD)
    done = 0.0
    for until in sorted({*cuts, end}):
        batch = [one for one in events if done <= (one.at - START) / PERIOD < until]
        cut.hear(batch, START + until * PERIOD)
        done = until

    assert cut.told == whole.told
