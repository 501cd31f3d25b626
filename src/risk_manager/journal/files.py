"""The journal's files: one is written, older ones are kept under numbers."""

from __future__ import annotations

from collections.abc import Sequence
from io import FileIO
from pathlib import Path

from risk_manager.journal.codec import header_line


class RotatingFile:
    """Appends lines to `path`; a full file becomes `<stem>.1<suffix>`, the one before `.2` ...

    Every run begins a new file, and every file begins with the header line. Not safe for two
    threads at once.
    """

    def __init__(self, path: Path, max_bytes: int = 64 * 1024 * 1024, keep: int = 5) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._keep = keep
        self._file: FileIO | None = None
        self._size = 0

    def append(self, lines: Sequence[bytes]) -> None:
        """Append whole lines (given without line end). Raises OSError with none of them written."""
        if self._file is not None and self._size >= self._max_bytes:
            self.close()
        file = self._file or self._begin()
        self._write(file, lines)

    def close(self) -> None:
        """Close the present file; the next append begins a new one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self) -> FileIO:
        """Move the older files up and open a new one."""
        if self.path.exists():
            self._numbered(self._keep).unlink(missing_ok=True)
            for number in range(self._keep, 0, -1):
                older = self._numbered(number - 1)
                if older.exists():
                    older.rename(self._numbered(number))
        file = FileIO(self.path, "xb")
        self._size = 0
        try:
            self._write(file, [header_line()])
        except OSError:
            file.close()
            self.path.unlink(missing_ok=True)
            raise
        self._file = file
        return file

    def _write(self, file: FileIO, lines: Sequence[bytes]) -> None:
        content = b"".join(line + b"\n" for line in lines)
        try:
            _write_all(file, content)
        except OSError:
            file.truncate(self._size)
            file.seek(self._size)
            raise
        self._size += len(content)

    def _numbered(self, number: int) -> Path:
        """Return the name of the file `number` rotations ago; 0 is the present one."""
        if number == 0:
            return self.path
        return self.path.with_name(f"{self.path.stem}.{number}{self.path.suffix}")


def _write_all(file: FileIO, content: bytes) -> None:
    """Write everything or raise OSError: a full disk may take a part without complaint."""
    written = file.write(content)
    if written != len(content):
        raise OSError(f"only {written} of {len(content)} bytes were written")
