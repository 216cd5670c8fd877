"""People who sign in, what they may do, and the keys of senders."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import Tenant, TenantAwareModel


class UserManager(BaseUserManager["User"]):
    """Sees all tenants' users through alias `system`, the tenant's own through `default`."""


class ClockHours(models.TextChoices):
    """Values as the scripts of pages know them."""

    ALL = "24h", "14:05"
    HALF = "12h", "2:05 pm"


class DateOrder(models.TextChoices):
    """Values as the scripts of pages know them."""

    DAY = "day", "28 Nov"
    MONTH = "month", "Nov 28"
    ISO = "iso", "2026-11-28"


class User(AbstractBaseUser):
    """Somebody who can sign in. Belongs to one tenant; the same e-mail may exist in another.

    `time_zone`: empty until they, or their browser, have said.
    `muted_until`: so long their desks are kept quiet (see `noc/sounds`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, default="")
    clock = models.CharField(
        max_length=3, choices=ClockHours.choices, default=ClockHours.ALL, db_default="24h"
    )
    dates = models.CharField(
        max_length=5, choices=DateOrder.choices, default=DateOrder.DAY, db_default="day"
    )
    muted_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL, system=ALL)
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "email"], name="user_email_per_tenant")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def may_sign_in(self) -> bool:
        return self.is_active and self.tenant.is_active


class RoleGrant(TenantAwareModel):
    """A role that a user holds, over the whole tenant or bound to a client or a site.

    `client_id` and `site_id` are ids without a foreign key: the organisation lies above accounts.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=30)
    client_id = models.UUIDField(null=True, blank=True)
    site_id = models.UUIDField(null=True, blank=True)

    access: ClassVar[Access] = Access(app=ALL, system=ALL)


class Integration(TenantAwareModel):
    """One sender of alerts. A key belongs to one; an alert is known by its integration."""

    number = models.BigAutoField(primary_key=True)
    id = None  # type: ignore[assignment]
    name = models.CharField(max_length=100)
    dialect = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="integration_name_per_tenant")
        ]

    def __str__(self) -> str:
        return self.name


class ApiKey(TenantAwareModel):
    """A key of an integration; only its hash is kept. Two may live at once, for rotation."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=100)
    key_hash = models.BinaryField(max_length=32, unique=True)
    last_four = models.CharField(max_length=4)
    scopes = ArrayField(models.CharField(max_length=10))
    sources = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    clients = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    sites = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    rate_per_minute = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    access: ClassVar[Access] = Access(app=ALL, system=ALL)


class SignInLink(TenantAwareModel):
    """A one-time link that signs its user in; only the hash of its secret is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    access: ClassVar[Access] = Access(app=(), system=ALL)


class SecondFactor(TenantAwareModel):
    """An app that shows codes. In force once a first code of it has come.

    `last_step` is the newest code used, so that none is used twice; `recovery` has hashes only.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    secret = models.BinaryField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)
    recovery = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    wrong = models.PositiveIntegerField(default=0)
    wrong_at = models.DateTimeField(null=True, blank=True)

    access: ClassVar[Access] = Access(app=ALL)


class Pin(TenantAwareModel):
    """With which somebody takes a browser over from a colleague. Hashed, and the hash is sealed."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    set_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)


class Seat(TenantAwareModel):
    """Somebody signed in fully in a browser, of which only a hash is kept; there a PIN will do."""

    browser = models.CharField(max_length=40)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    signed_in_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)

    access: ClassVar[Access] = Access(app=ALL, system=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["browser", "user"], name="seat_once_in_a_browser")
        ]


class CallCount(models.Model):
    """How often a caller has called since `began_at`. Not logged; a row a minute old is over."""

    caller = models.CharField(primary_key=True, max_length=100)
    began_at = models.DateTimeField(db_index=True)
    calls = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.caller


class Session(AbstractBaseSession):
    """A signed-in browser. Carries its user, so that it can be listed and ended from elsewhere.

    `how` they signed in; `bound` is why they may do less in it than elsewhere.
    """

    user = models.ForeignKey(
        User, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    tenant_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    how = models.CharField(max_length=40, blank=True, db_default="")
    bound = models.CharField(max_length=10, blank=True, db_default="")
