"""Tasks of the worker: in the scope of a tenant, and done once however often they are sent.

A message is a wake-up and may come twice, late or never. `IdempotentTask` is for work in the
database: its claim is a row in the transaction of the work, so a crash undoes both. `LeasedTask`
is for work that reaches outside: it leases rows of its own, since no transaction may stay open
over the network. Both decorate functions: `@shared_task(base=IdempotentTask, name="noc.x")`.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from hashlib import blake2b
from typing import Any

import structlog
from celery import Task, current_app
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from watchfloor.platform.jobs.models import JobClaim
from watchfloor.platform.tenancy.context import current_tenant_id, tenant_scope

log = structlog.get_logger(__name__)

TENANT_HEADER = "watchfloor_tenant"
LONGEST_KEY = 200


class TenantTask(Task):  # type: ignore[misc]  # celery is untyped
    """Carries the tenant of the sender's scope in a header and runs in that scope again."""

    abstract = True
    acks_late = True
    reject_on_worker_lost = True
    ignore_result = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        headers = {**(options.pop("headers", None) or {})}
        headers.setdefault(TENANT_HEADER, current_tenant_id())
        return super().apply_async(args, kwargs, headers=headers, **options)

    def wake(self, *args: Any, priority: int = 0) -> None:
        """Send when the caller's transaction has committed.

        A broker that is away is no error: rows say what is to be done and the sweeper sends again.
        """
        tenant_id = current_tenant_id()

        def send() -> None:
            try:
                self.apply_async(args, headers={TENANT_HEADER: tenant_id}, priority=priority)
            except (OperationalError, OSError) as error:
                log.warning("broker is away", task=self.name, error=str(error))

        transaction.on_commit(send)

    def scope(self) -> AbstractContextManager[None]:
        tenant_id = getattr(self.request, TENANT_HEADER, None)
        return nullcontext() if tenant_id is None else tenant_scope(int(tenant_id))


class IdempotentTask(TenantTask):
    """Runs once for its arguments: a repeat changes nothing, a failure leaves no claim."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with self.scope(), transaction.atomic():
            return self.run(*args, **kwargs) if self._claim(args, kwargs) else None

    def key(self, args: Any, kwargs: Any) -> str:
        """Return what makes two calls the same piece of work."""
        text = json.dumps([args, kwargs], sort_keys=True, default=str)
        return text if len(text) <= LONGEST_KEY else blake2b(text.encode()).hexdigest()

    def _claim(self, args: Any, kwargs: Any) -> bool:
        try:
            with transaction.atomic():
                JobClaim.objects.create(
                    task=self.name, key=self.key(args, kwargs), claimed_at=timezone.now()
                )
        except IntegrityError:
            return False
        return True


class LeasedTask(TenantTask):
    """Leases its rows in short transactions, acts outside of them, then writes the outcome."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with self.scope():
            return self.run(*args, **kwargs)


def all_tasks() -> dict[str, Any]:
    """Return our tasks by name, of all apps; Celery's own are left out."""
    current_app.loader.import_default_modules()
    return {name: t for name, t in current_app.tasks.items() if not name.startswith("celery.")}
