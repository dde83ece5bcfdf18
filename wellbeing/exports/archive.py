"""The zip of a bundle: written in one go, the same bytes for the same content."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any

CHECKSUMS = "checksums.sha256"

_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o644 << 16
_BUFFER = 1 << 16


class _Counted(io.RawIOBase):
    """Hands bytes on, and keeps their number and digest. It cannot be read or moved."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__()
        self._out = out
        self.sum = hashlib.sha256()
        self.bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 (whatever holds bytes)
        self._out.write(data)
        self.sum.update(data)
        self.bytes += len(data)
        return len(data)


class Archive:
    """A zip that is being written.

    Members have no time of their own and are written one after the other; nothing is
    gone back to, so it can be sent while it is made.

    Args:
        out: takes the bytes.
        large: whether a file may be larger than two gigabytes, which older programs
            cannot unpack.
    """

    def __init__(self, out: IO[bytes], *, large: bool = False) -> None:
        self._large = large
        self._whole = _Counted(out)
        self._zip = zipfile.ZipFile(self._whole, "w", zipfile.ZIP_DEFLATED)
        self.sums: dict[str, str] = {}
        self.sizes: dict[str, int] = {}

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """Write one file."""
        info = zipfile.ZipInfo(name, _TIME)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system, info.external_attr = _UNIX, _READABLE
        with self._zip.open(info, "w", force_zip64=self._large) as stream:
            counted = _Counted(stream)
            buffered = io.BufferedWriter(counted, _BUFFER)
            yield buffered
            buffered.flush()
        self.sums[name], self.sizes[name] = counted.sum.hexdigest(), counted.bytes

    def text(self, name: str, text: str) -> None:
        """Write one file of text, as UTF-8 without a mark."""
        with self.member(name) as stream:
            stream.write(text.encode())

    def copy(self, name: str, source: Path) -> None:
        """Write one file as it lies on disk."""
        with source.open("rb") as file, self.member(name) as stream:
            copyfileobj(file, stream)

    def close(self) -> str:
        """Write the checksums and the end; return the digest of the whole, as hex."""
        lines = [f"{digest}  {name}" for name, digest in sorted(self.sums.items())]
        self.text(CHECKSUMS, "\n".join(lines) + "\n")
        self._zip.close()
        return self._whole.sum.hexdigest()
