"""What came of standing orders, for each client and order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_incident, make_site
from tests.make import NOW, make_user
from tests.noc.orders.making import CALL, LOOK, make_order
from watchfloor.noc.orders import report, steps
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.audit.actors import Actor


@pytest.fixture
def anna(tenant):
    return Actor("user", str(make_user(tenant).pk))


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def lines(scope=EVERYTHING, **how):
    return report.lines(scope, since=at(0), until=at(100), **how)


def test_it_counts_uses_reasons_and_the_median_to_the_last_required_step(tenant, anna):
    site = make_site(tenant)
    order = make_order(tenant, CALL, LOOK, code="door", site=site.code)
    for minutes in (2, 4, 30):
        incident = make_incident(tenant, site=site)
        steps.do(incident.pk, 2, version=order.pk, by=anna, now=at(1))
        steps.do(incident.pk, 1, version=order.pk, by=anna, now=at(minutes))
    for _ in range(2):
        incident = make_incident(tenant, site=site)
        steps.skip(incident.pk, 2, "camera is out", version=order.pk, by=anna, now=at(1))

    [line] = lines()

    assert (line.client, line.code, line.title) == ("Acme", "door", "Door forced")
    assert (line.used, line.settled, line.median) == (5, 3, timedelta(minutes=4))
    assert line.skipped == (report.Skipped(2, "Look at the video", "camera is out", 2),)
    assert report.rows([line])[1][-4:] == [2, "Look at the video", "camera is out", 2]


def test_each_client_has_its_own_lines_and_a_scope_sees_only_its_own(tenant, anna):
    mine, other = make_site(tenant), make_site(tenant)
    order = make_order(tenant)
    for site in (mine, other, None):
        steps.do(make_incident(tenant, site=site).pk, 1, version=order.pk, by=anna, now=at(1))

    assert len(lines()) == 3
    assert [line.client_id for line in lines(client=mine.client_id)] == [mine.client_id]
    seen = lines(Scope(site_ids=frozenset({mine.pk})))
    assert [line.client_id for line in seen] == [mine.client_id]


def test_what_was_used_before_or_after_is_not_counted(tenant, anna):
    order = make_order(tenant, now=at(-20))
    for minutes in (-1, 100):
        incident = make_incident(tenant)
        steps.do(incident.pk, 1, version=order.pk, by=anna, now=at(minutes))

    assert lines() == []


def test_an_order_that_was_edited_is_one_line_under_its_newest_title(tenant, anna):
    for title in ("Door", "Gate"):
        order = make_order(tenant, code="door", title=title)
        steps.do(make_incident(tenant).pk, 1, version=order.pk, by=anna, now=at(1))

    assert [(line.title, line.used) for line in lines()] == [("Gate", 2)]


def test_the_queries_do_not_grow_with_orders_and_reasons(tenant, anna):
    def more(count):
        for number in range(count):
            site = make_site(tenant)
            order = make_order(tenant, site=site.code)
            incident = make_incident(tenant, site=site)
            steps.skip(incident.pk, 1, f"why {number}", version=order.pk, by=anna, now=at(1))
        with CaptureQueriesContext(connection) as counted:
            lines()
        return len(counted)

    assert more(1) == more(5) <= 4
