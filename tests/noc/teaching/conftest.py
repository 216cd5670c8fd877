import pytest

from tests.make import make_user
from tests.noc import flow
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit.actors import Actor


@pytest.fixture
def alice(tenant):
    return Actor("user", str(make_user(tenant, "operator").pk))


@pytest.fixture
def bob(tenant):
    return Actor("user", str(make_user(tenant, "admin").pk))


def two_sites(tenant):
    """Two incidents: a camera at S1, and a door and a lamp at S2."""
    flow.work(
        tenant,
        flow.make_report(0),
        flow.make_report(0.1, site="S2", device="door-1", alert_type="DOOR_FORCED", severity=4),
        flow.make_report(0.2, site="S2", device="lamp-1", alert_type="POWER_LOSS", severity=5),
    )
    return list(NOCIncident.objects.order_by("number"))


def alert(device):
    return NOCAlertEvent.objects.get(device_name=device)
