"""What every test gets: a database where it may need one, and no network beyond this machine."""

import ipaddress
import os
import socket
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from tests import commands, homes
from tests import database as test_database
from tests.scheduling import ByFloor
from watchfloor.cli.loading import without_collecting
from watchfloor.embedded.roles import Address

if TYPE_CHECKING:
    from watchfloor.platform.tenancy.models import Tenant

# Folders whose tests never open Django's database; all others get it without asking.
WITHOUT_DATABASE = ("pure", "embedded", "cli", "browser", "integration", "demo", "bench")
# They work every tenant there is, and each test leaves one.
WHILE_TENANTS_ARE_FEW = {
    "config/test_pipeline.py",
    "config/test_retention.py",
    "config/test_schedules.py",
    "domain/test_plans.py",
    "noc/evidence/test_attachments.py",
    "noc/integrations/test_sending.py",
    "noc/integrations/test_worker.py",
}
# The browser's files are all one worker's: a run is over no sooner than they are.
SLOWEST_FIRST = ("browser", "integration", "demo", "bench", "cli", "embedded")
HERE = Path(__file__).resolve().parent

# How fast an example is made and run says something of the machine alone.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def _keep_what_is_compiled() -> None:
    """Do as the launcher does, for a run without it: a run starts hundreds of processes."""
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = sys.pycache_prefix or str(Path(sys.prefix, "compiled"))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


_keep_what_is_compiled()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place(item.path))
    for item in items:
        if item.get_closest_marker("django_db"):
            raise pytest.UsageError(
                f"{item.nodeid}: drop the django_db mark. Tests here commit for real and are "
                "separated by a tenant of their own."
            )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Find the tests: a million objects, which stay."""
    with without_collecting():
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # `place` has put them in order
    return ByFloor(config, log)


def pytest_unconfigure(config: pytest.Config) -> None:
    commands.stop()
    if not hasattr(config, "workerinput"):
        test_database.stop_keeper()
        homes.forget_settled_home()


@pytest.fixture(scope="session")
def database() -> Address:
    """Return the address of this process's own migrated database; Django's aliases point to it."""
    address = test_database.address_for_this_process()
    test_database.point_django_at(address)
    return address


@pytest.fixture(scope="session")
def django_db_setup(database: Address) -> None:
    """Stands in for pytest-django's own: no test_ database, no flushing."""


@pytest.fixture(autouse=True)
def _database_where_needed(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    if not needs_database(request.path):
        yield
        return
    request.getfixturevalue("database")
    with django_db_blocker.unblock():
        yield


def place(path: Path) -> int:
    """Return a file's turn: those that start processes early, so that all workers end together."""
    if not path.is_relative_to(HERE):
        return len(SLOWEST_FIRST)
    inside = path.relative_to(HERE)
    if inside.as_posix() in WHILE_TENANTS_ARE_FEW:
        return -1
    folder = inside.parts[0]
    return SLOWEST_FIRST.index(folder) if folder in SLOWEST_FIRST else len(SLOWEST_FIRST)


def needs_database(path: Path) -> bool:
    inside = path.is_relative_to(HERE)
    return inside and path.relative_to(HERE).parts[0] not in WITHOUT_DATABASE


@pytest.fixture
def tenant() -> "Tenant":
    """Return a tenant that no other test knows."""
    from tests.make import make_tenant  # noqa: PLC0415  settings are not read yet at import

    return make_tenant()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse sockets beyond loopback, so that no test depends on or disturbs the outside."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    def guarded(real: Any) -> Any:
        def wrapper(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and not is_local(str(address[0])):
                raise AssertionError(f"a test tried to reach {address[0]}")
            return real(self, address)

        return wrapper

    def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host and not is_address(_text(host)) and not is_local(_text(host)):
            raise AssertionError(f"a test tried to look up {host!r}")
        return getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def _text(host: str | bytes) -> str:
    return host.decode() if isinstance(host, bytes) else host


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    return True


def is_local(host: str) -> bool:
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host in {"localhost", ""}
