"""Correcting grouping pages nobody of what they were told already."""

import pytest

from tests.noc import flow
from tests.noc.integrations.test_rules import set_mail
from tests.noc.teaching.conftest import alert, two_sites
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.integrations import services as integrations
from watchfloor.noc.integrations.models import Delivery
from watchfloor.noc.teaching import services


@pytest.fixture
def rules(tenant):
    for severity in (SeverityLevel.HIGH, SeverityLevel.CRITICAL):
        set_mail("ops@example.com", severity=severity)


def tell():
    """Tell what is due, as the relay does after each act; return how many messages there are."""
    ids = NOCIncident.objects.values_list("pk", flat=True)
    integrations.tell(ids, at=flow.at(5))
    return Delivery.objects.count()


def test_what_was_split_off_is_not_told_again(tenant, alice, rules):
    _, second = two_sites(tenant)
    assert tell() == 2

    services.split(second.pk, [alert("door-1").pk], by=alice, now=flow.at(1))

    assert tell() == 2


def test_what_was_merged_in_is_not_told_again(tenant, alice, rules):
    first, second = two_sites(tenant)
    assert tell() == 2

    services.merge(second.pk, first.pk, by=alice, now=flow.at(1))

    first.refresh_from_db()
    assert first.severity == SeverityLevel.CRITICAL
    assert tell() == 2


def test_what_gets_worse_afterwards_is_told(tenant, alice, rules):
    _, second = two_sites(tenant)
    tell()
    services.split(second.pk, [alert("door-1").pk], by=alice, now=flow.at(1))
    door = {"site": "S2", "device": "door-1", "alert_type": "DOOR_FORCED"}

    flow.work(tenant, flow.make_report(2, severity=5, **door))

    assert tell() == 3
