"""``chartstream`` commands as a service manager runs them: each is started again whenever it ends, until it is stopped."""

import asyncio
import os
import signal
from collections.abc import Iterable
from itertools import cycle
from pathlib import Path

import psutil

from tests.e2e.support import command

_RESTART_SECONDS = 1.0
_STOP_SECONDS = 300


class Service:
    """A command that is kept running.

    Args:
        arguments: of ``chartstream``.
        ready: what it says when it is at work; nothing where it says nothing.
        log: gets all that it says.
        faults: steps of publishing or committing at which it kills itself where it comes to them, one start after the other.
    """

    def __init__(self, *arguments: str | Path, ready: str, log: Path, faults: Iterable[str] = ()) -> None:
        self.name = str(arguments[0])
        self.kills = 0
        self.codes: list[int] = []  # of what was not killed
        self._command, self._says, self._log = command(*arguments), ready, log
        self._faults = cycle(faults)
        self._process: asyncio.subprocess.Process | None = None
        self._ready, self._ended = asyncio.Event(), asyncio.Event()
        self._killed = self._stopping = False
        self._keeping = asyncio.create_task(self._keep())

    async def ready(self) -> None:
        """Waits until it is at work."""
        await self._ready.wait()

    async def kill(self, program: str = "") -> None:
        """``kill -9`` of the process, or of the program of that name that it runs; of the next one where it is just ending."""
        kills = self.kills
        while self.kills == kills:
            await self._ready.wait()
            assert self._process is not None
            if program:
                children = psutil.Process(self._process.pid).children(recursive=True)
                (child,) = (one for one in children if one.name() == program)
                child.kill()
                self._killed = True
            else:
                self._process.kill()
            await self._ended.wait()

    async def stop(self) -> None:
        """As a service manager does: SIGTERM, and it must end well. What ends by itself is waited for."""
        self._stopping = True
        if self._says and self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self._keeping, _STOP_SECONDS)
        assert self.codes[-1] == 0, self.name

    async def end(self) -> None:
        """Ends it, however it stands."""
        self._stopping = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        await self._keeping

    async def _keep(self) -> None:
        while not self._stopping:
            self._killed = False
            self._ended.clear()
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, "CHARTSTREAM_FAULT": next(self._faults, "")},
            )
            assert self._process.stdout is not None
            if not self._says:
                self._ready.set()
            with self._log.open("ab") as log:
                async for line in self._process.stdout:
                    log.write(line)
                    log.flush()
                    if self._says and self._says.encode() in line:
                        self._ready.set()
            code = await self._process.wait()
            self._ready.clear()
            if self._killed or code == -signal.SIGKILL:
                self.kills += 1
            else:
                self.codes.append(code)
            self._ended.set()
            await asyncio.sleep(0 if self._stopping else _RESTART_SECONDS)
