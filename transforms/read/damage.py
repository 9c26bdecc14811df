"""The tail of a damaged gzip file as a payload that is just as damaged, so that no replay takes it for a whole record."""

import zlib


def damaged_gzip(readable: bytes) -> bytes:
    """A gzip stream that gives these bytes and then ends without its end: any gunzip shows what there was."""
    deflate = zlib.compressobj(wbits=31)
    return deflate.compress(readable) + deflate.flush(zlib.Z_SYNC_FLUSH)
