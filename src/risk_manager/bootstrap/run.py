"""Start one daemon: configuration, logs, single instance, database, then the run itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from risk_manager import __version__
from risk_manager.api.rate_limit import RequestBudget
from risk_manager.bootstrap.changes import ConfigFolder
from risk_manager.bootstrap.heartbeat import Heartbeat, end_hanging
from risk_manager.bootstrap.live import LiveRun
from risk_manager.config.effective import LoadedConfig
from risk_manager.config.loader import load_config
from risk_manager.core.single_instance import hold_locks
from risk_manager.domain.errors import StartError
from risk_manager.domain.ports import Reached, not_watched
from risk_manager.rules import RULES
from risk_manager.state.persistence import Store, StoreError
from risk_manager.utils.logging import configure_logging
from risk_manager.utils.service_manager import (
    AUTHORISED_STOP_EXIT,
    NoServiceManager,
    ServiceManager,
)

_log = logging.getLogger("risk_manager.daemon")


def run_daemon(
    config_dir: Path,
    data_dir: Path,
    *,
    out: TextIO,
    stop: threading.Event,
    service: bool = False,
    budget: RequestBudget | None = None,
    manager: ServiceManager | None = None,
    reached: Reached = not_watched,
) -> int:
    """Guard the configured accounts until `stop` is set; returns the exit code.

    Prints the ready line on `out`. Raises ConfigErrors, AlreadyRunningError or StartError when
    the start fails. `service` applies the limits of the service mode; `.env` is then never read.
    A service whose loop hangs ends itself, so that the service manager starts it again; `manager`
    is told how the daemon is. `budget` replaces the request budget (benchmarks), `reached` hears of
    the points where a killed process leaves something half done (tests).
    """
    sections = {rule.section: rule.config_model for rule in RULES}

    def load(texts: Mapping[str, str]) -> LoadedConfig:
        return load_config(config_dir, sections, service=service, texts=texts)

    config = load({})
    with ExitStack() as stack:
        logs_dir = data_dir.parent / (config.logging.log_dir or "logs")
        stack.callback(
            configure_logging(config.logging.settings(), logs_dir, secrets=config.secrets)
        )
        preset = f", preset {config.global_.preset}" if config.global_.preset else ""
        _log.info("risk-manager %s, configuration %s%s", __version__, config.short_hash, preset)
        for note in config.notes:
            _log.warning("%s", note)
        stack.enter_context(hold_locks(data_dir, config.topstepx.api_url, config.topstepx.username))
        try:
            store = Store.open(data_dir / "state.db", reached)
            stored = store.load()
        except StoreError as error:
            raise StartError(str(error)) from error
        teller = manager or NoServiceManager()
        end = end_hanging if service else None
        run = LiveRun(
            ConfigFolder(config_dir, data_dir, config, load), data_dir, store, stored, out, stop,
            budget or RequestBudget(), lambda board: Heartbeat(board, teller, end),
        )  # fmt: skip
        code = _for_starter(run.run(stack), service=service)
        _log.info("stopped with exit code %d: nothing is guarded from now on", code)
        return code


def _for_starter(code: int, *, service: bool) -> int:
    """A stop the administrator was allowed is a clean end where nobody would start it again."""
    return 0 if code == AUTHORISED_STOP_EXIT and not service else code
