"""The product's database, kept in memory only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from risk_manager.state.persistence import Store
from risk_manager.state.store_files import open_in_memory
from risk_manager.state.stored_state import StoredState, read_state
from risk_manager.state.writes import Write


class MemoryStore(Store):
    """Commits and reads as the real one does, on the one connection that has the data."""

    def __init__(self) -> None:
        super().__init__(Path(":memory:"), open_in_memory(), None)

    def load(self, waiting: Sequence[Write] = ()) -> StoredState:
        """Read what is stored; no rows wait in a simulation."""
        assert not waiting
        return read_state(self._connection.execute)

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, in a fixed order: what a replay is compared by."""
        execute = self._connection.execute
        names = execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            name: sorted(execute(f"SELECT * FROM {name}"), key=repr)  # noqa: S608 - our own tables
            for (name,) in names.fetchall()
        }
