"""Standing orders are written one by one or as a table, and every edit leaves a version behind."""

from datetime import timedelta

import pytest

from tests.console.making import make_site
from tests.make import NOW
from tests.noc.orders.making import CALL, LOOK, make_order
from watchfloor.noc.orders import selectors, services, sheets
from watchfloor.noc.orders.models import OrderVersion, StandingOrder
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid

LATER = NOW + timedelta(hours=1)
TABLE = """code,title,client,site,alert_type,hours,step,required
door,Door forced,,,DOOR_FORCED,Mon-Fri 18:00-06:00; Sat; Sun,Call the site,yes
door,,,,,,Look at the video,
,,,,,,Write it down,no
fire,Fire,,,FIRE,,Call the brigade,x
"""


def read_in(text, *, scope=EVERYTHING, dry_run=False, now=NOW):
    return services.import_orders(
        sheets.read(text), scope=scope, by=SYSTEM, now=now, dry_run=dry_run
    )


def counts(report):
    return report.created, report.changed, report.unchanged


def faults(text, **how):
    return [(fault.row, fault.field) for fault in read_in(text, **how).errors]


def test_a_table_is_rehearsed_then_read_in_and_changes_nothing_the_second_time(tenant):
    assert counts(read_in(TABLE, dry_run=True)) == (2, 0, 0)
    assert not StandingOrder.objects.exists()

    assert counts(read_in(TABLE)) == (2, 0, 0)
    assert counts(read_in(TABLE, now=LATER)) == (0, 0, 2)

    door = selectors.visible(EVERYTHING).get(code="door")
    said = selectors.said(door)
    assert said.alert_type == "DOOR_FORCED"
    assert [(one["text"], one["is_required"]) for one in said.steps] == [
        ("Call the site", True),
        ("Look at the video", False),
        ("Write it down", False),
    ]
    assert AuditRow.objects.filter(action="order.saved").count() == 2


def test_what_is_written_out_reads_in_as_no_change(tenant):
    site = make_site(tenant)
    make_order(tenant, CALL, LOOK, site=site.code, hours="Mon 08:00-09:00")
    make_order(tenant, CALL, client=site.client.code, alert_type="FIRE")
    written = [sheets.COLUMNS, *sheets.rows(OrderVersion.objects.all())]

    text = "\n".join(",".join(map(str, row)) for row in written)

    assert counts(read_in(text, now=LATER)) == (0, 0, 2)


def test_an_edit_ends_a_version_and_makes_the_next(tenant):
    first = make_order(tenant, code="door")
    second = make_order(tenant, CALL, LOOK, code="door", now=LATER)

    first.refresh_from_db()
    assert (first.number, first.ended_at) == (1, LATER)
    assert (second.number, second.ended_at) == (2, None)
    found = selectors.versions(EVERYTHING, second.order)
    assert [version.number for version in found] == [2, 1]


def test_a_retired_code_can_be_used_again_and_goes_on_counting(tenant):
    order = make_order(tenant, code="door").order
    services.retire(order, by=SYSTEM, now=LATER)
    services.retire(order, by=SYSTEM, now=LATER)
    assert not selectors.visible(EVERYTHING).exists()

    assert make_order(tenant, code="door", now=LATER).number == 2
    assert AuditRow.objects.filter(action="order.retired").count() == 1


def test_whoever_edits_what_somebody_else_has_edited_meanwhile_is_told(tenant):
    make_order(tenant, code="door")
    make_order(tenant, LOOK, code="door", now=LATER)
    spec = services.OrderSpec(code="door", title="Mine", steps=[CALL])

    for based_on in (0, 1):
        with pytest.raises(Conflict, match="look at it"):
            services.save(spec, scope=EVERYTHING, by=SYSTEM, now=LATER, based_on=based_on)
    saved = services.save(spec, scope=EVERYTHING, by=SYSTEM, now=LATER, based_on=2)

    assert selectors.said(saved).number == 3


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("door,,,,,,Call,yes", "title"),
        ("door,Door,,,,Moo,Call,yes", "hours"),
        ("door,Door,,,,,,", "steps"),
        ("door,Door,,nowhere,,,Call,", "site"),
        ("door,Door,nobody,,,,Call,", "client"),
        ("door,Door,a,b,,,Call,", "site"),
        ("door,Door,,,,,Call,perhaps", "steps.1.is_required"),
    ],
)
def test_a_fault_is_named_by_its_row_and_field_and_nothing_is_read_in(tenant, line, field):
    head = "code,title,client,site,alert_type,hours,step,required\n"
    good = "fire,Fire,,,,,Call,yes\nfire,,,,,,Run,\n"

    assert faults(f"{head}{good}{line}\n") == [(3, field)]
    assert not StandingOrder.objects.exists()


def test_an_order_in_two_places_of_a_table_is_refused(tenant):
    assert faults(TABLE + "door,Again,,,,,Call,yes\n") == [(5, "code")]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "code,title\nx,y\n"])
def test_what_is_no_table_of_orders_is_refused_with_the_missing_columns(tenant, text):
    with pytest.raises(Invalid, match="no table"):
        read_in(text)


def test_who_configures_one_client_writes_orders_for_it_alone(tenant):
    mine, other = make_site(tenant), make_site(tenant)
    scope = Scope(client_ids=frozenset({mine.client_id}))
    head = "code,title,client,site,step\n"
    make_order(tenant, code="theirs", site=other.code)

    assert faults(f"{head}a,A,,{other.code},Call\n", scope=scope) == [(1, "site")]
    assert faults(f"{head}a,A,{other.client.code},,Call\n", scope=scope) == [(1, "client")]
    assert faults(f"{head}a,A,,,Call\n", scope=scope) == [(1, "site")]
    assert faults(f"{head}theirs,A,,{mine.code},Call\n", scope=scope) == [(1, "code")]
    assert counts(read_in(f"{head}a,A,,{mine.code},Call\n", scope=scope)) == (1, 0, 0)
    assert [order.code for order in selectors.visible(scope)] == ["a"]
