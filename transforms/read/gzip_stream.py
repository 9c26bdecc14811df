"""A gzip file as a stream of its uncompressed bytes that ends at damage, if there is any, instead of failing there."""

import io
import zlib
from typing import BinaryIO

_STORED_CHUNK = 1 << 16
_OUTPUT_CHUNK = 1 << 20
_GZIP = 31  # zlib's wbits: a gzip member with header and check sum


class GzipStream(io.RawIOBase):
    """Uncompressed bytes of a gzip file of one or more members (RFC 1952).

    Reads go forward; ``seek`` goes forward by reading and back by starting again. After a truncated or corrupt place
    nothing more comes: the stream ends after the last byte that could be decompressed, and ``damaged`` is True.
    """

    def __init__(self, stored: BinaryIO) -> None:
        self._stored = stored
        self._restart()

    def _restart(self) -> None:
        self._stored.seek(0)
        self._inflate = zlib.decompressobj(wbits=_GZIP)
        self._input = b""
        self._output = memoryview(b"")
        self._position = 0
        self._ended = False
        self.damaged = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._output and not self._fill():
            return 0
        count = min(len(buffer), len(self._output))
        buffer[:count] = self._output[:count]
        self._output = self._output[count:]
        self._position += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("a gzip stream seeks from its start")
        if offset < self._position:
            self._restart()
        while self._position < offset and (self._output or self._fill()):
            count = min(offset - self._position, len(self._output))
            self._output = self._output[count:]
            self._position += count
        return self._position

    def close(self) -> None:
        self._stored.close()
        super().close()

    def _fill(self) -> bool:
        """Decompresses until there is output. False at the end, sound or not."""
        while not self._ended:
            if self._inflate.eof and not self._next_member():
                break
            if not self._input:
                self._input = self._stored.read(_STORED_CHUNK)
            stored_ended = not self._input
            if output := self._decompress():
                self._output = memoryview(output)
                return True
            if stored_ended and not self._inflate.eof:
                self._end(damaged=True)  # the file ends inside a member
        return False

    def _decompress(self) -> bytes:
        before, size = self._inflate.copy(), _OUTPUT_CHUNK
        while True:
            try:
                output = self._inflate.decompress(self._input, size)
            except zlib.error:
                # zlib drops what it had decompressed in the failing call: ask again for less, down to the last byte.
                self._inflate, size = before.copy(), size // 2
                if size == 0:
                    self._end(damaged=True)
                    return b""
                continue
            self._input = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            return output

    def _next_member(self) -> bool:
        while not self._input.lstrip(b"\0"):  # members may be padded with zeros
            self._input = self._stored.read(_STORED_CHUNK)
            if not self._input:
                self._end(damaged=False)
                return False
        self._input = self._input.lstrip(b"\0")
        self._inflate = zlib.decompressobj(wbits=_GZIP)
        return True

    def _end(self, *, damaged: bool) -> None:
        self._ended, self.damaged = True, damaged
