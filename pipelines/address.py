"""Where a process listens: ``HOST:PORT``."""

from dataclasses import dataclass

from transforms.errors import ChartstreamError

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Address:
    """``HOST:PORT``; an IPv6 address stands in brackets."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, flag: str) -> "Address":
        """Raises ChartstreamError, naming the flag, where it is of another form."""
        host, colon, port = text.rpartition(":")
        if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise ChartstreamError(f"{flag} takes HOST:PORT, such as 127.0.0.1:2575")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))
