"""A Celery application for the tests of the transport, without anything of the product."""

import os
import time
from pathlib import Path

from celery import Celery

# Not the current one: tests of the product, in the same process, mean the floor's.
app = Celery("worker_app", set_as_current=False)
app.conf.update(
    broker_url="watchfloor.embedded.broker:Transport://",
    broker_transport="watchfloor.embedded.broker:Transport",
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_timer_precision=0.2,
    task_default_queue="tests",
)


@app.task(name="tests.queue.note", shared=False)  # type: ignore[untyped-decorator]
def note(word: str, seconds: float = 0.0) -> None:
    """Append `word` to the file of the run, after `seconds` of work."""
    time.sleep(seconds)
    with Path(os.environ["TESTS_NOTES"]).open("a") as file:
        file.write(f"{word}\n")
