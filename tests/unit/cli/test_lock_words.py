"""The words of each kind of lock, as the specification has them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.lock_words import lock_words
from risk_manager.cli.trader.model import LockRow, parse_status
from risk_manager.cli.trader.watch import Watch
from risk_manager.utils.datetime_helpers import zone_of
from tests.unit.cli.test_screen import STATES
from tests.unit.cli.test_screen import frame_of as berlin_frame

NOW = datetime(2026, 3, 9, 17, 33, tzinfo=UTC)
RESET = datetime(2026, 3, 9, 21, 0, tzinfo=UTC)
NOTHING = "nothing to do; new orders are closed at once"


def line(lock: LockRow) -> str:
    """The line in New York, 3 h 27 min before the reset."""
    text = (STATES / "ok.json").read_text(encoding="utf-8")
    status = msgspec.structs.replace(parse_status(json.loads(text)), at=NOW)
    frame: Frame = replace(
        berlin_frame("ok"), watch=Watch(status, 0.0), pc_zone=zone_of("America/New_York")
    )
    return lock_words(frame, status, frame.accounts[0], lock)


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        (
            LockRow("RULE-003", kind="until_reset", until=RESET,
                    reason="daily loss -550.00 of -500.00", allowed=NOTHING),
            ("LOCKED OUT - daily loss -550.00 of -500.00 - reset 5:00 PM ET (in 3h 27m)"
            f" - {NOTHING}"),
        ),
        (
            LockRow("RULE-006", kind="cooldown", until=NOW + timedelta(seconds=47),
                    reason="4/3 entries per minute",
                    allowed="your MNQ 2 and its stop stay; you may close or reduce"),
            ("COOLDOWN - 4/3 entries per minute - unlocks in 47s"
            " - your MNQ 2 and its stop stay; you may close or reduce"),
        ),
        (
            LockRow("RULE-006", kind="cooldown", until=RESET, reason="51/50 entries this session",
                    allowed="you may close or reduce"),
            ("LOCKED - 51/50 entries this session - until 5:00 PM ET (in 3h 27m)"
            " - you may close or reduce"),
        ),
        (
            LockRow("RULE-010", kind="by_condition", reason="canTrade is false",
                    allowed="contact the broker's support; new orders are closed at once"),
            ("ACCOUNT RESTRICTED - canTrade is false - until the broker allows trading again"
            " - contact the broker's support; new orders are closed at once"),
        ),
        (
            LockRow("RULE-011", "RTY", "symbol_block", allowed="other symbols are free"),
            "BLOCKED SYMBOL - RTY - until the block is removed - other symbols are free",
        ),
        (
            LockRow("RULE-009", kind="until_session", until=NOW + timedelta(days=4, hours=20),
                    reason="outside", allowed="new orders are closed at once"),
            "SESSION CLOSED - opens Sat 9:33 AM ET (in 4d 20h) - new orders are closed at once",
        ),
        (
            LockRow("RULE-013", kind="until_reset", until=RESET, reading="1,000.00",
                    reason="daily target reached", allowed=NOTHING),
            ("TARGET REACHED - +1,000.00 - well done, reset 5:00 PM ET (in 3h 27m)"
            f" - {NOTHING}"),
        ),
        (
            LockRow("RULE-099", kind="of a later version", until=RESET, reason="something new"),
            "LOCKED OUT - something new - until 17:00 ET",
        ),
    ],
    ids=lambda value: value.rule if isinstance(value, LockRow) else "",
)  # fmt: skip
def test_the_words_of_a_lock(lock: LockRow, expected: str) -> None:
    assert line(lock) == expected
