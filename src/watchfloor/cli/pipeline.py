"""The pipeline process: drain, relay, sweeper, scheduler and sealer."""

import click

from watchfloor.config import pipeline


@click.command()
def command() -> None:
    """Run the pipeline process."""
    pipeline.run()
