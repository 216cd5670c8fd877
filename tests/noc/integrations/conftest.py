"""A tenant with its own rules, and the other ends of its messages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.make import make_tenant
from tests.noc.integrations.receivers import MailServer, Receiver, mail_server, webhook_receiver
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    """The tenant in whose scope the test runs."""
    made = make_tenant()
    with tenant_scope(made.pk):
        yield made


@pytest.fixture
def hook(settings: Settings) -> Iterator[Receiver]:
    settings.EGRESS_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with webhook_receiver() as receiver:
        yield receiver


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
