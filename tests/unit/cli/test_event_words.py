"""The line of an enforcement says what, why and what is still allowed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from risk_manager.cli.trader.event_words import event_words
from risk_manager.cli.trader.model import AccountRow, EnforcementRow, LockRow, PositionRow

AT = datetime(2026, 3, 9, 18, tzinfo=UTC)
ES, MNQ = "CON.F.US.EP.H26", "CON.F.US.MNQ.H26"
HARD = LockRow("RULE-003", allowed="nothing to do; new orders are closed at once")
BLOCK = LockRow("RULE-011", "RTY", allowed="other symbols are free")


def words(row: EnforcementRow, *locks: LockRow, **more: Any) -> str:
    return event_words(AccountRow(1, locks=locks, **more), row)


def line(action: str, reason: str, contract: str = ES, **more: Any) -> EnforcementRow:
    return EnforcementRow(AT, "RULE-001", reason, action, contract, **({"outcome": "DONE"} | more))


def test_a_close_without_a_lock() -> None:
    row = line("CLOSE_POSITION", "6 of 5 contracts", from_size=2, to_size=0)
    assert words(row) == "CLOSED - ES 2 - 6 of 5 contracts - you may trade again now"
    assert words(row, BLOCK) == words(row)  # another symbol's lock changes nothing


@pytest.mark.parametrize("limit", [None, 2])
def test_a_reduction(limit: int | None) -> None:
    row = line("REDUCE_POSITION", "3 of 2 MNQ contracts", MNQ, from_size=3, to_size=2)
    held = PositionRow(MNQ, "MNQ", "long", 2, limit=limit)
    expected = "REDUCED - MNQ 3 to 2 - limit 2 - you may trade within the limit"
    assert words(row, positions=(held,)) == expected


def test_under_a_lock_nobody_may_trade_again() -> None:
    row = line("CLOSE_POSITION", "daily loss -550.00 of -500.00", from_size=2)
    expected = "daily loss -550.00 of -500.00 - nothing to do; new orders are closed at once"
    assert words(row, HARD) == expected


def test_what_did_not_succeed_says_so() -> None:
    row = line("CLOSE_POSITION", "6 of 5 contracts", from_size=2, outcome="TIMED_OUT")
    assert words(row) == "6 of 5 contracts - timed out"


def test_an_older_daemon_tells_no_sizes() -> None:
    assert words(line("CLOSE_POSITION", "6 of 5 contracts")) == "6 of 5 contracts"
