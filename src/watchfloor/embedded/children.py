"""Starting a process that cannot outlive the one that started it."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import IO

from watchfloor.embedded.account import Account

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: IO[bytes],
    death_signal: signal.Signals,
    account: Account | None = None,
    keep_open: Collection[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, as `account` where one is given.

    The kernel ties `death_signal` to the calling *thread*: call this from the main thread.
    On other systems than Linux only an orderly stop of the parent ends the child.
    """
    return subprocess.Popen(  # noqa: S603
        [str(part) for part in command],
        env=dict(env),
        cwd="/",
        pass_fds=keep_open,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        umask=0o077,
        start_new_session=True,
        # Runs after setuid, which would clear the death signal.
        preexec_fn=_leash(death_signal, os.getpid()),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _leash(death_signal: signal.Signals, parent: int) -> Callable[[], None] | None:
    libc = _LIBC
    if libc is None:
        return None

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died before the tie was made
            os._exit(1)

    return tie
