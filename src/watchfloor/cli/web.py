"""The web process: one uvicorn on a socket that the supervisor opened and keeps."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import uvicorn

from watchfloor.cli import loading

APPLICATION = "watchfloor.config.asgi:application"
# How long open requests may take to end when the process is told to stop.
GRACE_SECONDS = 3


@click.command()
@click.option("--fd", "descriptor", type=int, help="A listening socket handed down.")
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=int, default=8000)
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--behind-proxy", metavar="CIDR", help="Trust X-Forwarded-* of these addresses.")
def command(
    descriptor: int | None,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    behind_proxy: str | None,
) -> None:
    """Run the web process."""
    config = configured(
        APPLICATION,
        host=host,
        port=port,
        proxy_headers=behind_proxy is not None,
        forwarded_allow_ips=behind_proxy,
        ssl_certfile=tls_cert,
        ssl_keyfile=tls_key,
    )
    with loading.without_collecting():
        config.load()
    handed_down = [socket.socket(fileno=descriptor)] if descriptor is not None else None
    uvicorn.Server(config).run(sockets=handed_down)


def configured(application: str | Callable[..., Any], **listening: Any) -> uvicorn.Config:
    """Return how the server runs an application; `listening` says where."""
    return uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=30,
        # Else a request that was queued on its connection would run in the thread of the one
        # before, which may be gone when its connections to the database are to be given back.
        reset_contextvars=True,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **listening,
    )
