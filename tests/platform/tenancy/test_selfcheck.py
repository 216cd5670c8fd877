"""We refuse to serve over a database that would show one tenant's rows to another."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections

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


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_passes_by_the_guard_is_refused(database: Address, power):
    run_as_superuser(database, [f"ALTER ROLE wf_app {power}"])
    try:
        assert any("passes by" in problem for problem in selfcheck.problems())
    finally:
        run_as_superuser(database, [f"ALTER ROLE wf_app NO{power}"])

    assert selfcheck.problems() == []


def test_the_owner_is_no_role_to_serve_as():
    assert any("owns table" in problem for problem in selfcheck.problems("owner"))
