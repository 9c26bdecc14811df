"""What the listener acknowledges, against one file a message: create, write, fsync, fsync of the folder.

    uv run python -m benchmarks.listen                               # 20,000 messages of 3,000 characters
    uv run python -m benchmarks.listen --folder /spool --messages 2000

``file_a_message`` is done by one process, message after message, in the folder's file system: once before the listener and once
after, the faster of the two rounds and the smaller of their p99s count. ``connections_N`` is ``chartstream listen`` as a person
starts it, and N senders in another process, each of which sends its next message when the last is acknowledged (AA). ``ratio`` is
its rate over that of the files, ``p99_ratio`` the same of what 99 of 100 messages waited at most.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter

CONNECTIONS = (16, 256)
_LINE = "Patient denies chest pain, fever and shortness of breath; on metformin 500 mg twice daily. "


@dataclass(frozen=True)
class Rate:
    """Messages a second, and the milliseconds that half and that 99 of 100 took at most."""

    per_second: float
    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, waits: list[float], seconds: float) -> "Rate":
        ordered = sorted(waits)
        p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
        return cls(round(len(waits) / seconds, 1), round(p50 * 1000, 2), round(p99 * 1000, 2))


def message(number: int, characters: int) -> bytes:
    """A framed document message with a control id of its own."""
    text = (_LINE * (1 + characters // len(_LINE)))[:characters]
    header = f"MSH|^~\\&|A|B|C|D|20260101||MDM^T02|M-{number}|P|2.5\rTXA|1|HP||||||||||D-{number}\rOBX|1|TX|1||"
    return f"\x0b{header}{text}\r\x1c\r".encode()


def measure(folder: Path, messages: int, files: int, characters: int) -> dict[str, object]:
    """All of it in one run."""
    before = file_a_message(folder, files, characters)
    served = {number: acknowledged(folder, messages, number, characters) for number in CONNECTIONS}
    after = file_a_message(folder, files, characters)
    files_rate = max(before.per_second, after.per_second)
    files_p99 = min(before.p99_ms, after.p99_ms)
    result: dict[str, object] = {"characters": characters, "file_a_message": [vars(before), vars(after)]}
    for number, rate in served.items():
        result[f"connections_{number}"] = {
            **vars(rate),
            "ratio": round(rate.per_second / files_rate, 2),
            "p99_ratio": round(rate.p99_ms / files_p99, 2),
        }
    return result


def file_a_message(folder: Path, messages: int, characters: int) -> Rate:
    """One create, write, fsync and fsync of the folder a message."""
    waits: list[float] = []
    with tempfile.TemporaryDirectory(dir=folder) as place:
        directory = os.open(place, os.O_RDONLY)
        started = perf_counter()
        for number in range(messages):
            content = message(number, characters)
            begun = perf_counter()
            file = os.open(f"{place}/{number}", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            os.write(file, content)
            os.fsync(file)
            os.close(file)
            os.fsync(directory)
            waits.append(perf_counter() - begun)
        seconds = perf_counter() - started
        os.close(directory)
    return Rate.of(waits, seconds)


def acknowledged(folder: Path, messages: int, connections: int, characters: int) -> Rate:
    """So many connections to a listener of its own, a message each at a time."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        command = [sys.executable, "-m", "pipelines", "listen", "--spool", f"{place}/spool", "--mllp", "127.0.0.1:0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listener:
            assert listener.stdout is not None
            address = listener.stdout.readline().split(",")[0].rpartition(" ")[2]
            try:
                port = int(address.rpartition(":")[2])
                asyncio.run(_send(port, 2 * connections, connections, characters))  # warm
                return asyncio.run(_send(port, messages, connections, characters))
            finally:
                listener.send_signal(signal.SIGTERM)
                listener.communicate()


async def _send(port: int, messages: int, connections: int, characters: int) -> Rate:
    loop = asyncio.get_running_loop()
    numbers, waits, done = count(), [], loop.create_future()
    contents = [message(number, characters) for number in range(messages)]

    class Sender(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self._transport = transport

        def send(self) -> None:
            number = next(numbers)
            if number < messages:
                self._begun = perf_counter()
                self._transport.write(contents[number])

        def data_received(self, data: bytes) -> None:
            if b"MSA|AA|" not in data or not data.endswith(b"\x1c\r"):
                done.set_exception(SystemExit("a message was not acknowledged: what was measured is not storing"))
                return
            waits.append(perf_counter() - self._begun)
            if len(waits) == messages:
                done.set_result(None)
            self.send()

    senders = [(await loop.create_connection(Sender, "127.0.0.1", port))[1] for _ in range(connections)]
    started = perf_counter()
    for sender in senders:
        sender.send()
    await done
    return Rate.of(waits, perf_counter() - started)


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--folder", type=Path, default=Path(), help="where the files and the spool are made (%(default)s)"
    )
    parser.add_argument("--messages", type=int, default=20_000, help="over the connections (%(default)s)")
    parser.add_argument("--files", type=int, default=1_000, help="files of one message each (%(default)s)")
    parser.add_argument("--characters", type=int, default=3_000, help="of a message's text (%(default)s)")
    given = parser.parse_args()
    print(json.dumps(measure(given.folder, given.messages, given.files, given.characters), indent=2))


if __name__ == "__main__":
    main()
