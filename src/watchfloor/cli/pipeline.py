"""The pipeline process: drain, relay, sweeper, scheduler and sealer."""

import click

from watchfloor.config.pipeline import run


@click.command()
def command() -> None:
    """Run the pipeline process."""
    run()
