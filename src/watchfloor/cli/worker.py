"""The worker process: Celery, for all that reaches outside and for heavy jobs."""

import os

import click

from watchfloor.cli.parts import WORKER_THREADS
from watchfloor.config.celery import app


@click.command()
@click.option("--concurrency", default=WORKER_THREADS, help="Tasks at a time.")
def command(concurrency: str) -> None:
    """Run the worker process."""
    # Celery would run Django's checks, drop what they say, and with it load every page and API.
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            f"--concurrency={concurrency}",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=WARNING",
        ]
    )
