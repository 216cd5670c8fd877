"""We refuse to serve over a database that would show one tenant's rows to another."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections

from tests.make import unique
from watchfloor.embedded.database import run_as_superuser
from watchfloor.embedded.roles import Address
from watchfloor.platform.tenancy import selfcheck

TABLE = "live_liveframe"


@contextmanager
def as_owner(change: str, undo: str) -> Iterator[None]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(change)
        try:
            yield
        finally:
            cursor.execute(undo)


def test_a_migrated_database_is_guarded():
    assert selfcheck.problems() == []
    selfcheck.refuse_unguarded()


@pytest.mark.parametrize(("off", "on"), [("NO FORCE", "FORCE"), ("DISABLE", "ENABLE")])
def test_a_table_without_its_guard_is_named(off, on):
    with (
        as_owner(
            f"ALTER TABLE {TABLE} {off} ROW LEVEL SECURITY",
            f"ALTER TABLE {TABLE} {on} ROW LEVEL SECURITY",
        ),
        pytest.raises(selfcheck.Unguarded, match=f"table {TABLE} is not under forced"),
    ):
        selfcheck.refuse_unguarded()

    assert selfcheck.problems() == []


@contextmanager
def as_mighty(address: Address, power: str) -> Iterator[None]:
    """Act as a role with that power. It is one of our own: other tests use the app's role now."""
    name = unique("mighty").replace("-", "_")
    run_as_superuser(address, [f"CREATE ROLE {name} {power}", f"GRANT {name} TO wf_app"])
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SET ROLE {name}")
            yield
            cursor.execute("RESET ROLE")
    finally:
        connections["default"].close()
        run_as_superuser(address, [f"DROP ROLE {name}"])


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_passes_by_the_guard_is_refused(database: Address, power):
    with as_mighty(database, power):
        assert any("passes by" in problem for problem in selfcheck.problems())

    assert selfcheck.problems() == []


def test_the_owner_is_no_role_to_serve_as():
    assert any("owns table" in problem for problem in selfcheck.problems("owner"))
