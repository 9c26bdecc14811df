"""The process between Chartstream and its model server: the server ends when Chartstream does, even by ``kill -9``.

    python guard.py PARENT_PID DIRECTORY COMMAND…

It waits for whichever ends first. Where the parent does, or asks for it (SIGTERM), the server is killed: clients ask again
for what it was working on. Where the server does, so are the processes that it left (a stub a model instance), which would
keep its memory. Where a stub ends, the server is killed, too: this version never starts a stub again, fails the requests
of that instance for ever, and calls itself healthy (python_backend issue 431, server issue 8604). After a parent that
ended, the server's run DIRECTORY is removed.

The guard watches processes and not threads: the kernel's own death signal fires when the *thread* that started a child
ends. It is run as a file, with the standard library alone.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_LOOK_SECONDS = 0.2
_SHARED_MEMORY = Path("/dev/shm")
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def main(parent: int, directory: Path, command: list[str]) -> int:
    """Runs the command until it ends or the parent does. Returns the command's exit status, or 128 + signal."""
    try:
        parent_ended = os.pidfd_open(parent)
    except ProcessLookupError:
        return 1
    if os.getppid() != parent:  # it ended before, and its number may be another's by now
        return 1
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)  # what the server leaves behind becomes a child of this process
    # Ctrl-C reaches the whole process group; the parent decides when the server stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = _start(command)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(server, signal.SIGKILL))
    print(server, flush=True)
    server_ended = os.pidfd_open(server)
    while not (ended := select.select([parent_ended, server_ended], [], [], _LOOK_SECONDS)[0]):
        if _lost_child(server):
            break
    if server_ended not in ended:
        os.kill(server, signal.SIGKILL)
    _, status = os.waitpid(server, 0)
    _end_orphans()
    if parent_ended in ended:
        remove_directory(directory)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def remove_directory(directory: Path) -> None:
    """Removes what a server had at run time: its folder, and the shared memory that has the folder's name."""
    for region in _SHARED_MEMORY.glob(f"{directory.name}*"):
        region.unlink(missing_ok=True)
    shutil.rmtree(directory, ignore_errors=True)


def _start(command: list[str]) -> int:
    guard = os.getpid()
    child = os.fork()
    if child == 0:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # this process has one thread, so here the signal is right
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        os.dup2(2, 1)
        if os.getppid() != guard:
            os._exit(1)
        try:
            os.execv(command[0], command)
        except OSError:
            os._exit(127)
    return child


def _lost_child(process: int) -> bool:
    """Whether a child of the process has ended, and the process has not asked how."""
    for child in _children(process):
        try:
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state == "Z":
            return True
    return False


def _end_orphans() -> None:
    while orphans := _children(os.getpid()):
        for orphan in orphans:
            os.kill(orphan, signal.SIGKILL)
            os.waitpid(orphan, 0)


def _children(process: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread ended meanwhile
            found += map(int, thread.read_text().split())
    return found


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
