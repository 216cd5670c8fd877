"""To whom incidents are offered: never beyond bounds, evenly, and always the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.desks.dealing import MOST_AT_ONCE, Desk, Waiting, deal

NAMES = ("anna", "bob", "cleo", "dev")
SKILLS = st.frozensets(st.sampled_from(("fire", "russian", "cctv")), max_size=2)
DESKS = st.lists(st.sampled_from(NAMES), unique=True, max_size=4).flatmap(
    lambda names: st.tuples(
        *(
            st.builds(
                Desk,
                id=st.just(name),
                skills=SKILLS,
                in_hand=st.integers(0, 20),
                idle=st.floats(0, 3600),
                offers=st.integers(0, MOST_AT_ONCE),
            )
            for name in names
        )
    )
)
SOME = st.frozensets(st.sampled_from(NAMES))
WAITING = st.lists(
    st.builds(
        Waiting,
        id=st.uuids().map(str),
        weight=st.integers(1, 5),
        within=SOME,
        needs=SKILLS,
        passed=SOME,
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(WAITING, DESKS)
def test_nobody_is_offered_what_lies_beyond_their_bounds_or_more_than_has_room(waiting, desks):
    by_id = {one.id: one for one in waiting}
    deals = deal(waiting, desks)

    for one in deals:
        assert one.desk in by_id[one.incident].within
    for desk in desks:
        mine = [one for one in deals if one.desk == desk.id]
        assert desk.offers + len(mine) <= MOST_AT_ONCE


@settings(max_examples=40)
@given(WAITING, DESKS)
def test_the_order_of_the_desks_decides_nothing(waiting, desks):
    assert deal(waiting, desks) == deal(waiting, tuple(reversed(desks)))


@settings(max_examples=40)
@given(WAITING, DESKS)
def test_who_knows_goes_before_who_does_not_and_before_who_let_it_pass(waiting, desks):
    known = {desk.id: desk.skills for desk in desks}
    by_id = {one.id: one for one in waiting}
    for one in deal(waiting, desks):
        asked = by_id[one.incident]
        able = [name for name in known if name in asked.within and asked.needs <= known[name]]
        assert one.desk in able or not able
        assert bool(one.lacks) == (not able)
        assert one.is_anew == (one.desk in asked.passed)


@given(st.integers(1, 4), st.integers(0, 20))
def test_equal_desks_get_equal_shares(desks, incidents):
    names = NAMES[:desks]
    waiting = [Waiting(str(number), 3, frozenset(names)) for number in range(incidents)]

    deals = deal(waiting, [Desk(name) for name in names], most=100)

    shares = [sum(one.desk == name for one in deals) for name in names]
    assert sum(shares) == incidents
    assert max(shares) - min(shares) <= 1


def test_the_least_in_hand_is_first_then_who_was_idle_for_longest_then_the_first_by_id():
    one = Waiting("i", 3, frozenset(NAMES))

    assert deal([one], [Desk("anna", in_hand=5), Desk("bob", in_hand=4)])[0].desk == "bob"
    assert deal([one], [Desk("anna", idle=5.0), Desk("bob", idle=60.0)])[0].desk == "bob"
    assert deal([one], [Desk("bob"), Desk("anna")])[0].desk == "anna"


def test_when_all_have_let_it_pass_a_new_round_begins():
    one = Waiting("i", 3, frozenset({"anna", "bob"}), passed=frozenset({"anna", "bob"}))

    [again] = deal([one], [Desk("anna", in_hand=5), Desk("bob")])

    assert (again.desk, again.is_anew) == ("bob", True)
