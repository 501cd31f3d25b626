"""The composition root: builds a live daemon from its parts and runs it."""

from __future__ import annotations

from risk_manager.bootstrap.run import run_daemon

__all__ = ["run_daemon"]
