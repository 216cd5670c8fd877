"""Deleting what is older than it must be, in batches that hold no lock for long."""

from __future__ import annotations

from django.db import models, transaction

BATCH = 2_000


def delete_in_batches(rows: models.QuerySet[models.Model], *, batch: int = BATCH) -> int:
    """Delete `rows` with what hangs on them, `batch` at a time; return how many of them went."""
    deleted = 0
    while True:
        ids = list(rows.values_list("pk", flat=True)[:batch])
        with transaction.atomic(using=rows.db):
            rows.model._base_manager.using(rows.db).filter(pk__in=ids).delete()
        deleted += len(ids)
        if len(ids) < batch:
            return deleted
