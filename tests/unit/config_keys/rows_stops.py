"""RULE-008: protective stops."""

from tests.harness.setup import MNQ
from tests.unit.config_keys.row import common, section
from tests.unit.config_keys.seen import acts, cancel_all, fill, stop, wait

STOPS = "no_stop_loss_grace"

BARE = acts(fill(MNQ, 2), wait(70))
HALF_COVERED = acts(fill(MNQ, 2), wait(5), stop(MNQ, -1, 29000), wait(70))
# A stop that disappears twice within a minute: the second time there is no fresh grace.
LOST_TWICE = acts(
    fill(MNQ, 1), wait(5), stop(MNQ, -1, 29000), wait(10), cancel_all, wait(10),
    stop(MNQ, -1, 29000), wait(10), cancel_all, wait(60),
)  # fmt: skip

ROWS = [
    *common(STOPS, BARE),
    *section(STOPS, BARE, {"grace_period_seconds": (30, 60)}),
    *section(STOPS, HALF_COVERED, {"require_full_size": (True, False)}),
    *section(
        STOPS,
        LOST_TWICE,
        {"regrace_interval_seconds": (600, 10), "replace_gap_seconds": (15, 25)},
    ),
]
