"""Puts together what the tools may ask beside the status."""

from __future__ import annotations

from pathlib import Path

from risk_manager.ipc.clock_book import ClockBook
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.ipc.trader_desk import TraderDesk
from risk_manager.state.history import History


def trader_desk(board: StatusBoard, database: Path) -> TraderDesk:
    """Return the desk over a database; the clock rows stand in a file beside it."""
    return TraderDesk(board, History(database), ClockBook(database.with_name("clock.db")))
