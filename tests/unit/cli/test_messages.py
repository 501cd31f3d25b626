"""The sentences for the trader, word for word."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from risk_manager.domain.locks import LockKind
from risk_manager.utils import messages
from risk_manager.utils.messages import Exposure
from risk_manager.utils.wording import duration, ending_in_words, instant_in_words

NEW_YORK = ZoneInfo("America/New_York")
CHICAGO = ZoneInfo("America/Chicago")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 4, 18, 33, tzinfo=UTC)  # a Wednesday, 13:33 in New York
RESET = datetime(2026, 3, 4, 22, 0, tzinfo=UTC)
LOSS = messages.daily_loss_reason(Decimal(-550), Decimal(-500))


def ending(kind: LockKind, until: datetime | None, zone: ZoneInfo = NEW_YORK) -> str:
    return ending_in_words(kind, until, NOW, zone, zone)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0s"), (0, "0s"), (0.1, "1s"), (47, "47s"), (59.2, "1m"), (60, "1m"), (90, "1m 30s"),
        (300, "5m"), (12420, "3h 27m"), (3600, "1h"), (86400, "1d"), (187200, "2d 4h"),
    ],
)  # fmt: skip
def test_durations_are_rounded_up(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_hard_lock_when_flat() -> None:
    line = messages.lock_line(
        "LOCKED OUT",
        LOSS,
        ending(LockKind.UNTIL_RESET, RESET),
        messages.allowed_by_lock(LockKind.UNTIL_RESET, "account", [], []),
    )
    assert line == (
        "LOCKED OUT - daily loss -550.00 of -500.00 - reset 5:00 PM ET (in 3h 27m)"
        " - nothing to do; new orders are closed at once"
    )


def test_hard_lock_that_is_not_flat_yet() -> None:
    open_now = [Exposure("ES", 2)]
    allowed = messages.allowed_by_lock(LockKind.UNTIL_RESET, "account", open_now, [])
    assert allowed == "closing ES 2; you may close it yourself"


def test_cooldown_with_and_without_a_position() -> None:
    until = datetime(2026, 3, 4, 18, 33, 47, tzinfo=UTC)
    assert ending(LockKind.COOLDOWN, until) == "unlocks in 47s"
    kept = [Exposure("MNQ", 2, has_stop=True)]
    assert messages.allowed_by_lock(LockKind.COOLDOWN, "account", [], kept) == (
        "your MNQ 2 and its stop stay; you may close or reduce"
    )
    assert messages.allowed_by_lock(LockKind.COOLDOWN, "account", [], []) == messages.NOTHING_TO_DO


def test_session_closed_until_monday() -> None:
    monday = datetime(2026, 3, 9, 13, 30, tzinfo=UTC)
    allowed = messages.allowed_by_lock(LockKind.UNTIL_SESSION, "account", [], [])
    words = ending_in_words(LockKind.UNTIL_SESSION, monday, NOW, NEW_YORK, NEW_YORK)
    assert messages.lock_line("SESSION CLOSED", "", words, allowed) == (
        "SESSION CLOSED - opens Mon 9:30 AM ET (in 4d 18h) - new orders are closed at once"
    )


def test_symbol_block_and_restricted_account() -> None:
    line = messages.lock_line(
        "BLOCKED SYMBOL",
        "RTY",
        ending(LockKind.SYMBOL_BLOCK, None),
        messages.allowed_by_lock(LockKind.SYMBOL_BLOCK, "RTY", [], []),
    )
    assert line == "BLOCKED SYMBOL - RTY - until the block is removed - other symbols are free"
    both = messages.allowed_by_lock(LockKind.SYMBOL_BLOCK, "RTY", [], [], locked_out=True)
    assert both == "the whole account is locked, too"
    assert ending(LockKind.BY_CONDITION, None) == "until the broker allows trading again"
    assert messages.allowed_by_lock(LockKind.BY_CONDITION, "account", [], []) == (
        "contact the broker's support; new orders are closed at once"
    )
    kind = LockKind.BY_CONDITION_KEPT
    assert ending(kind, None) == "until an administrator unlocks it"
    assert messages.allowed_by_lock(kind, "account", [], []).startswith("contact the broker")
    assert ending(LockKind.PERMANENT, None) == "until an administrator unlocks it"


def test_closed_reduced_unknown_not_flat() -> None:
    reason = messages.contracts_reason(6, 5)
    assert messages.closed_without_lock(Exposure("ES", 2), reason) == (
        "CLOSED - ES 2 - 6 of 5 contracts - you may trade again now"
    )
    assert messages.reduced("MNQ", 3, 2, 2) == (
        "REDUCED - MNQ 3 to 2 - limit 2 - you may trade within the limit"
    )
    assert messages.unknown_price("ES", 14, "floating loss") == (
        "UNKNOWN - no price for ES for 14s - floating loss is not evaluated"
        " - you may trade; other rules are active"
    )
    assert messages.not_flat("MNQ", 12) == (
        "NOT FLAT - close of MNQ not confirmed for 12s - retrying - you may close it yourself"
    )
    assert messages.session_ends(300, "4:00 PM ET") == (
        "SESSION ENDS in 5m - all positions are closed at 4:00 PM ET - you may trade until then"
    )


def test_the_pc_zone_is_added_when_its_wall_time_differs() -> None:
    reset = datetime(2026, 3, 4, 23, 0, tzinfo=UTC)
    assert instant_in_words(reset, NOW, CHICAGO, BERLIN) == "5:00 PM CT (Thu 00:00 CET, in 4h 27m)"
    assert instant_in_words(reset, NOW, CHICAGO, CHICAGO) == "5:00 PM CT (in 4h 27m)"
    past = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
    assert instant_in_words(past, NOW, CHICAGO, CHICAGO) == "11:00 AM CT"
