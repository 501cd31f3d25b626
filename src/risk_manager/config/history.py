"""The configurations there were: one small file for each, so that one can be taken again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from risk_manager.config.save_file import save_text

KEEP: Final = 100
SHORTEST_HASH: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One configuration: when it was saved (ISO UTC), its hash, what changed, and the files."""

    at: str
    hash: str
    summary: str
    files: Mapping[str, str]


class History:
    """The newest hundred, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, at: str, digest: str, summary: str, files: Mapping[str, str]) -> None:
        """Keep one configuration; the newest again is not kept twice. Raises NotSavedError."""
        known = self._paths()
        if known and known[0].stem.endswith(f"-{digest}"):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        number = int(known[0].stem.partition("-")[0]) + 1 if known else 1
        entry = asdict(Entry(at, digest, summary, dict(files)))
        save_text(self._folder / f"{number:06d}-{digest}.json", json.dumps(entry), private=True)
        for old in self._paths()[KEEP:]:
            old.unlink(missing_ok=True)

    def entries(self) -> list[Entry]:
        """Everything kept, newest first; a damaged file is left out."""
        found = [_read(path) for path in self._paths()]
        return [entry for entry in found if entry is not None]

    def find(self, digest: str) -> Entry | None:
        """The newest configuration whose hash begins like this (at least 4 digits)."""
        if len(digest) < SHORTEST_HASH:
            return None
        return next((one for one in self.entries() if one.hash.startswith(digest)), None)

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*-*.json"), reverse=True)


def _read(path: Path) -> Entry | None:
    try:
        return Entry(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
