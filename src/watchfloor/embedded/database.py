"""Making the roles and databases in a running server. The one user of the superuser's password."""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from watchfloor.embedded.postgres import SUPERUSER
from watchfloor.embedded.roles import OWNER, Address, database_statements, role_statements


def provision(address: Address) -> None:
    """Make roles and database, or bring those that exist up to date. Repeating changes nothing."""
    run_as_superuser(address, role_statements(address.passwords))
    create_database(address, address.database)


def create_database(address: Address, name: str, *, template: str = "template0") -> bool:
    """Make database `name`, owned by wf_owner, closed to all but our roles; False if it was there.

    A database that was made but not closed yet (kill -9 in between) is closed at the next call.
    """
    exists = name in _databases(address)
    if not exists:
        make = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
        run_as_superuser(address, [make])
    run_as_superuser(address, database_statements(name))
    return not exists


def mark_prepared(address: Address, code: str) -> None:
    """Note in the database itself which code it was brought to; a restored copy has no note."""
    comment = sql.SQL("COMMENT ON DATABASE {} IS {}").format(
        sql.Identifier(address.database), sql.Literal(code)
    )
    run_as_superuser(address, [comment])


def prepared_for(address: Address) -> str | None:
    with psycopg.connect(address.dsn(SUPERUSER, "postgres"), autocommit=True) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            (address.database,),
        ).fetchone()
    return row[0] if row else None


def run_as_superuser(address: Address, statements: Iterable[str | sql.Composed]) -> None:
    run_statements(address.dsn(SUPERUSER, "postgres"), statements)


def run_statements(dsn: str, statements: Iterable[str | sql.Composed]) -> None:
    """Run each statement on its own, in autocommit."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode() if isinstance(statement, str) else statement)


def _databases(address: Address) -> set[str]:
    with psycopg.connect(address.dsn(SUPERUSER, "postgres"), autocommit=True) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
