"""What a process gives up before it reads a stranger's file: memory, time, files, the network, other processes.

Called by a child process once everything it needs is imported; there is no way back.
"""

import ctypes
import os
import resource
import sys
from typing import Any

MEGABYTE = 1024 * 1024
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "urllib.", "http.")


def confine(*, megabytes: int, cpu_seconds: int) -> None:
    """Bound this process. It may read files from now on, and write to what is open already."""
    bounds = (
        (resource.RLIMIT_AS, megabytes * MEGABYTE),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    )
    for bound, most in bounds:
        resource.setrlimit(bound, (most, most))
    # Where the kernel refuses a name space of one's own, the audit hook alone keeps the network away.
    ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(f"a confined process may not do this: {event}")
