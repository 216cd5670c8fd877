"""Which order holds: place goes before type, type before hours."""

from datetime import UTC, datetime
from itertools import permutations
from uuid import UUID

import pytest

from watchfloor.noc.orders.matching import Occasion, Rule, best

GATE, CAMPUS, ACME, OTHER = (UUID(int=number) for number in range(1, 5))
NIGHT, NOON, THREE = "00:00-06:00", "12:00-13:00", "Mon 03:00-04:00"
MONDAY_AT_THREE = datetime(2026, 3, 2, 3, 9, tzinfo=UTC)
BY_NIGHT = Occasion(MONDAY_AT_THREE, (GATE, CAMPUS), ACME, "DOOR_FORCED")

EVERYWHERE = Rule("everywhere")
THIS_TYPE = Rule("this type", alert_type="door_forced")
AT_NIGHT = Rule("at night", hours=NIGHT)
THIS_HOUR = Rule("this hour", hours=THREE)
CLIENT = Rule("client", client=ACME)
CLIENTS_TYPE = Rule("client's type", client=ACME, alert_type="DOOR_FORCED", hours=NIGHT)
PARENT = Rule("parent", site=CAMPUS)
PARENTS_TYPE = Rule("parent's type", site=CAMPUS, alert_type="DOOR_FORCED")
SITE = Rule("site", site=GATE)
SITE_AT_NIGHT = Rule("site at night", site=GATE, hours=NIGHT)
SITES_TYPE = Rule("site's type", site=GATE, alert_type="DOOR_FORCED")
SITES_TYPE_AT_NIGHT = Rule("site's type at night", None, GATE, "DOOR_FORCED", NIGHT)
FROM_THE_LEAST_SPECIFIC = [
    EVERYWHERE, AT_NIGHT, THIS_HOUR, THIS_TYPE, CLIENT, CLIENTS_TYPE, PARENT, PARENTS_TYPE,
    SITE, SITE_AT_NIGHT, SITES_TYPE, SITES_TYPE_AT_NIGHT,
]  # fmt: skip


@pytest.mark.parametrize("place", range(1, len(FROM_THE_LEAST_SPECIFIC)))
def test_the_more_specific_order_holds(place):
    winner, others = FROM_THE_LEAST_SPECIFIC[place], FROM_THE_LEAST_SPECIFIC[:place]

    assert best([*others, winner], BY_NIGHT) is winner
    assert best([winner, *others], BY_NIGHT) is winner


@pytest.mark.parametrize(
    "rule",
    [
        Rule("elsewhere", site=OTHER),
        Rule("another client", client=OTHER),
        Rule("another type", alert_type="FIRE"),
        Rule("another hour", hours=NOON),
        Rule("here, another hour", site=GATE, alert_type="DOOR_FORCED", hours=NOON),
    ],
    ids=lambda rule: rule.code,
)
def test_what_does_not_fit_does_not_hold_however_specific(rule):
    assert best([rule], BY_NIGHT) is None
    assert best([rule, EVERYWHERE], BY_NIGHT) is EVERYWHERE


def test_an_incident_without_a_place_or_a_type_gets_what_holds_for_all():
    nowhere = Occasion(MONDAY_AT_THREE.replace(hour=12))

    assert best(FROM_THE_LEAST_SPECIFIC, nowhere) is EVERYWHERE
    assert best([], nowhere) is None


def test_alike_orders_are_told_apart_by_their_code_in_whatever_order_they_come():
    alike = [Rule(code, site=GATE) for code in "bca"]

    assert {best(one, BY_NIGHT).code for one in permutations(alike)} == {"a"}
