from collections.abc import Callable

import psycopg
import pytest

from watchfloor.embedded.errors import Misuse
from watchfloor.embedded.external import (
    ExternalGround,
    external_ground,
    set_up_roles,
    setup_statements,
)
from watchfloor.embedded.ground import Ground
from watchfloor.embedded.home import Home
from watchfloor.embedded.postgres import SUPERUSER
from watchfloor.embedded.roles import APP, OWNER, ROLES, SYSTEM, VARIABLES

Make = Callable[[], ExternalGround]


@pytest.fixture
def make(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A server that somebody else runs: it has an administrator, a database, and not our roles."""
    administrator = ground.address.dsn(SUPERUSER, "postgres")
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute("CREATE DATABASE elsewhere")
        for role in ROLES:
            connection.execute(f"ALTER ROLE {role} PASSWORD NULL".encode())
    # Tests of the product, in the same process, leave the addresses of their own database here.
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(
        "WATCHFLOOR_DATABASE_URL", f"postgresql:///elsewhere?host={ground.server.socket_dir}"
    )

    def make() -> ExternalGround:
        found = external_ground(Home.at(ground.home.path.parent / "other home"))
        assert found is not None
        return found

    return make


def administrator_of(ground: Ground) -> str:
    return ground.address.dsn(SUPERUSER, "elsewhere")


def test_without_a_url_we_run_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHFLOOR_DATABASE_URL", raising=False)

    assert external_ground(Home.at("/nowhere")) is None


@pytest.mark.parametrize("url", ["mysql://host/database", "postgresql://host", "nonsense"])
def test_a_url_that_names_no_postgresql_database_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFLOOR_DATABASE_URL", url)

    with pytest.raises(Misuse, match="postgresql://host/database"):
        external_ground(Home.at("/nowhere"))


def test_an_administrators_login_makes_the_roles(
    make: Make, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFLOOR_OWNER_DATABASE_URL", administrator_of(ground))
    external = make()
    external.start()

    with psycopg.connect(external.address.dsn(OWNER)) as connection:
        connection.execute("CREATE TABLE ours (a int)")
    with psycopg.connect(external.address.dsn(APP)) as connection:
        row = connection.execute("SELECT current_user, current_database()").fetchone()
    assert row == ("wf_app", "elsewhere")


def test_without_a_login_it_is_told_what_to_run(make: Make) -> None:
    with pytest.raises(Misuse, match="--print-sql"):
        set_up_roles(make())


def test_a_login_that_may_not_make_roles_is_told_what_to_run(
    make: Make, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(administrator_of(ground), autocommit=True) as connection:
        connection.execute("CREATE ROLE weak LOGIN PASSWORD 'weak'")
    monkeypatch.setenv(
        "WATCHFLOOR_OWNER_DATABASE_URL",
        f"postgresql://weak:weak@/elsewhere?host={ground.server.socket_dir}",
    )

    with pytest.raises(Misuse, match="may not make roles"):
        set_up_roles(make())


def test_what_an_administrator_is_given_to_run_is_enough_and_holds_no_password(
    make: Make, ground: Ground
) -> None:
    external = make()
    script = ";\n".join(setup_statements(external.address))
    with psycopg.connect(administrator_of(ground), autocommit=True) as connection:
        connection.execute(script.encode())
    set_up_roles(external)

    assert not [p for p in external.address.passwords.values() if p in script]


def test_a_role_may_have_an_address_of_its_own(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFLOOR_DB_SYSTEM", "postgresql://wf_system@far/away")
    address = make().address

    assert address.dsn(SYSTEM) == "postgresql://wf_system@far/away"
    assert address.dsn(APP).startswith("postgresql://wf_app:")
