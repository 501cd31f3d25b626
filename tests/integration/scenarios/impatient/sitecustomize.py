"""Loaded by a daemon of the tests before all else: shorter waits, and a wall clock a test can set.

`RISK_MANAGER_TEST_WAITS` is JSON: constants by `module.NAME`, and `hub_timing` as keyword
arguments. `RISK_MANAGER_TEST_WALL` names a file with the seconds to add to the wall clock.
Nothing else of the daemon is changed.
"""

import importlib
import json
import os
from datetime import datetime, timedelta
from functools import partial, partialmethod
from pathlib import Path
from typing import Any

from risk_manager.api import connection_manager
from risk_manager.api.hub_connection import HubTiming
from risk_manager.api.token_keeper import TokenKeeper
from risk_manager.utils.clock import MachineClock

waits = json.loads(os.environ.get("RISK_MANAGER_TEST_WAITS", "{}"))
timing = waits.pop("hub_timing", {})
check_s = waits.pop("token_check_s", None)
wall_file = Path(os.environ["RISK_MANAGER_TEST_WALL"])
true_wall = MachineClock.wall


def wall(self: MachineClock) -> datetime:
    """The wall clock as the test has set it."""
    return true_wall(self) + timedelta(seconds=float(wall_file.read_text(encoding="ascii")))


changes: list[tuple[Any, str, Any]] = [(MachineClock, "wall", wall)]
if timing:
    changes.append((connection_manager, "HubTiming", partial(HubTiming, **timing)))
if check_s is not None:
    patient = TokenKeeper.__init__
    changes.append((TokenKeeper, "__init__", partialmethod(patient, check_s=check_s)))
for path, value in waits.items():
    module, _, constant = path.rpartition(".")
    changes.append((importlib.import_module(f"risk_manager.{module}"), constant, value))
for place, name, value in changes:
    assert hasattr(place, name), name
    setattr(place, name, value)
