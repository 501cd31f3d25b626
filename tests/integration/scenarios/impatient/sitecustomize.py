"""Loaded by a daemon of the tests before all else: shorter waits, and a wall clock a test can set.

`RISK_MANAGER_TEST_WAITS` is JSON: constants by `module.NAME`, and `hub_timing` as keyword
arguments. `RISK_MANAGER_TEST_WALL` names a file with the seconds to add to the wall clock.
Nothing else of the daemon is changed.
"""

import importlib
import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from risk_manager.api import connection_manager
from risk_manager.api.hub_connection import HubTiming
from risk_manager.api.token_keeper import TokenKeeper
from risk_manager.utils.clock import MachineClock

waits = json.loads(os.environ.get("RISK_MANAGER_TEST_WAITS", "{}"))
timing = waits.pop("hub_timing", {})
check_s = waits.pop("token_check_s", None)
for name, value in waits.items():
    module, _, constant = name.rpartition(".")
    place = importlib.import_module(f"risk_manager.{module}")
    assert hasattr(place, constant), name
    setattr(place, constant, value)
if timing:
    connection_manager.HubTiming = lambda: HubTiming(**timing)
if check_s is not None:
    TokenKeeper.__init__.__kwdefaults__["check_s"] = check_s

wall_file = os.environ.get("RISK_MANAGER_TEST_WALL")
if wall_file:
    true_wall = MachineClock.wall

    def wall(self: MachineClock) -> datetime:
        """The wall clock as the test has set it."""
        return true_wall(self) + timedelta(seconds=float(Path(wall_file).read_text()))

    MachineClock.wall = wall
