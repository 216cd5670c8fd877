"""Sign-in by e-mail and password. One e-mail may belong to users of several tenants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.http import HttpRequest

from watchfloor.platform.accounts.models import User
from watchfloor.platform.errors import Conflict, Unavailable

# A flood of sign-ins may take this many cores and 19 MiB each, and no more.
HASHING_AT_ONCE = 4
HASHING_PATIENCE = 5.0
_hashing = BoundedSemaphore(HASHING_AT_ONCE)
PATH = "watchfloor.platform.accounts.backend.EmailBackend"


@contextmanager
def one_of_few() -> Iterator[None]:
    """Hash a password within the block. Raises: Unavailable while too many others do."""
    if not _hashing.acquire(timeout=HASHING_PATIENCE):
        raise Unavailable("Too many people sign in at once.", retry_after=5)
    try:
        yield
    finally:
        _hashing.release()


class TenantNeeded(Conflict):
    """Several tenants know this e-mail with this password: the form asks for the tenant."""

    code = "tenant_needed"


class EmailBackend:
    """Looks users up through alias `system`, before any tenant is known."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        tenant: str = "",
        **_: object,
    ) -> User | None:
        if not username or password is None:
            return None
        with one_of_few():
            users = _candidates(username, tenant)
            matching = [user for user in users if user.check_password(password)]
        if len(matching) > 1:
            raise TenantNeeded("This address is known to more than one tenant: name yours.")
        return matching[0] if matching else None

    def get_user(self, user_id: UUID | str) -> User | None:
        return active_users().filter(pk=user_id).first()


def active_users() -> QuerySet[User]:
    return (
        User.objects.using("system")
        .select_related("tenant")
        .filter(is_active=True, tenant__is_active=True)
    )


def _candidates(email: str, tenant: str) -> list[User]:
    """Return who it may be. Where it is nobody, one hash is computed all the same.

    The time of an answer must not tell whether an address is known.
    """
    found = active_users().filter(email__iexact=email)
    if tenant:
        found = found.filter(tenant__slug=tenant)
    users = list(found)
    if not users:
        make_password("nobody")
    return users
